import { useQuery, useQueryClient } from '@tanstack/react-query'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { useLive } from '../shared/live.ts'
import { useClient } from './place.tsx'

/** What a node says of itself leaves no fact behind, so the list is read again and again. */
const everyMs = 4_000

/** Every node below this one, or of one store where one is named or asked about, as it was a moment ago. */
export const useNodes = (store?: string) => {
  const client = useClient(store)
  const queries = useQueryClient()
  const nodes = useQuery({
    queryKey: ['nodes', 'state', store],
    queryFn: () => client.call(syncRoutes.listNodes, {}),
    refetchInterval: everyMs,
  })
  const devices = useQuery({
    queryKey: ['nodes', 'devices', store],
    queryFn: () => client.call(deviceRoutes.listDevices, {}),
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['nodes'] })
  useLive(fact => {
    if (/^device\./.test(fact.type)) void refresh()
  })
  return { nodes: nodes.data?.rows, nowMs: nodes.data?.nowMs, devices: devices.data?.rows, error: nodes.error, refresh }
}

import { Center, Loader, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect } from 'react'
import type { z } from 'zod'
import type { Scope } from '../../src/contracts/route.ts'
import { type session as sessionSchema, staffRoutes } from '../../src/contracts/staff.ts'
import { client, codeOf, onSignedOut } from './api.ts'
import { t } from './messages.ts'
import { OwnerSetup } from './owner-setup.tsx'
import { SignIn } from './sign-in.tsx'

type Session = z.infer<typeof sessionSchema>
const Current = createContext<Session | null>(null)

/** Who is signed in. Only below SignedIn. */
export const useSession = (): Session & { may(scope: Scope): boolean } => {
  const session = useContext(Current)
  if (!session) throw new Error('useSession is for pages behind the sign-in')
  return { ...session, may: scope => session.scopes.includes(scope) }
}

/** Signs out and shows the sign-in again. */
export const useSignOut = (): (() => Promise<void>) => {
  const queries = useQueryClient()
  return async () => {
    await client.call(staffRoutes.signOut, {}).catch(() => {})
    queries.removeQueries({ predicate: query => query.queryKey[0] !== 'session' })
    queries.setQueryData(['session'], 'nobody')
  }
}

const whoIsIt = async (): Promise<Session | 'nobody' | 'no owner'> => {
  try {
    return await client.call(staffRoutes.currentSession, {})
  } catch (error) {
    if (codeOf(error) !== 'not-signed-in') throw error
    const { needed } = await client.call(staffRoutes.setupState, {})
    return needed ? 'no owner' : 'nobody'
  }
}

/** Shows its content to whoever is signed in, the sign-in to others, and the set-up to the first owner. */
export const SignedIn = ({ children, below }: { children: ReactNode; below?: ReactNode }) => {
  const queries = useQueryClient()
  const { data, failureCount } = useQuery({
    queryKey: ['session'],
    queryFn: whoIsIt,
    retry: true,
    retryDelay: 2_000,
    refetchOnWindowFocus: true,
  })
  const again = () => queries.invalidateQueries()
  useEffect(() => onSignedOut(() => void queries.invalidateQueries({ queryKey: ['session'] })), [queries])
  if (data === undefined) {
    return (
      <Center mih="100dvh">
        <Stack align="center" gap="lg" p="lg">
          <Loader aria-label={t('common.loading')} />
          {failureCount > 0 && (
            <Text c="dimmed" ta="center" role="status">
              {t('common.unreachable')}
            </Text>
          )}
        </Stack>
      </Center>
    )
  }
  if (data === 'no owner') return <OwnerSetup done={again} />
  if (data === 'nobody') return <SignIn done={again} below={below} />
  return <Current.Provider value={data}>{children}</Current.Provider>
}

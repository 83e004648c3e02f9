import { Button, Drawer, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { inventoryRoutes } from '../../src/contracts/inventory.ts'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { inertText } from '../../src/domain/text.ts'
import { newId, sentenceOf, tell } from '../shared/api.ts'
import { formatDateTime, formatQuantity } from '../shared/money.ts'
import { useSession } from '../shared/session.tsx'
import { o } from './messages.ts'
import { useClient, usePlace, useStoreName } from './place.tsx'
import { microOf, typedMicro } from './quantity.ts'

export type Transfer = ResponseOf<typeof inventoryRoutes.listTransfers>['rows'][number]

/** Goods between two stores, line by line; the store that they go to counts them and takes them in. */
export const TransferDrawer = (props: { transfer: Transfer; changed(): void; close(): void }) => {
  const { transfer, changed, close } = props
  const { transferId, fromStore, toStore, lines, note, sentAtMs, receivedAtMs } = transfer
  const { may } = useSession()
  const { link } = usePlace()
  const client = useClient()
  const nameOf = useStoreName()
  const isOpen = receivedAtMs === null
  const mayReceive = isOpen && toStore === link.node.store && may('stock:write')
  const [typed, setTyped] = useState(() => new Map(lines.map(({ sku, sentMicro }) => [sku, typedMicro(sentMicro)])))
  const [wrong, setWrong] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setError(null)
    const counted = lines.map(({ sku }) => ({ sku, quantityMicro: microOf(typed.get(sku) ?? '') ?? -1 }))
    const notCounted = counted.find(({ quantityMicro }) => quantityMicro < 0)
    setWrong(notCounted?.sku ?? null)
    if (notCounted) return
    try {
      await client.call(inventoryRoutes.receiveTransfer, { transferId, id: newId(), lines: counted, note: '' })
      tell(o('transfers.taken-in'))
      changed()
      close()
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="lg"
      title={o('transfers.of', { from: nameOf(fromStore), to: nameOf(toStore) })}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text c="dimmed">
            {sentAtMs !== null && `${o('transfers.sent')} ${formatDateTime(sentAtMs)}`}
            {receivedAtMs !== null && ` · ${o('transfers.received')} ${formatDateTime(receivedAtMs)}`}
          </Text>
          {note !== '' && <Text>{inertText(note)}</Text>}
          {mayReceive && <Text>{o('transfers.receive-lead')}</Text>}
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{o('transfers.goods')}</Table.Th>
                <Table.Th ta="right">{o('transfers.sent')}</Table.Th>
                <Table.Th ta="right">{o('transfers.received')}</Table.Th>
                {!isOpen && <Table.Th ta="right">{o('transfers.lost')}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {lines.map(line => (
                <Table.Tr key={line.sku}>
                  <Table.Td>{inertText(line.name)}</Table.Td>
                  <Table.Td ta="right" className="money">
                    {formatQuantity(line.sentMicro)}
                  </Table.Td>
                  <Table.Td ta="right" className="money" w={120}>
                    {mayReceive ? (
                      <TextInput
                        aria-label={o('transfers.quantity', { name: line.name })}
                        value={typed.get(line.sku) ?? ''}
                        onChange={event => {
                          const text = event.currentTarget.value
                          setTyped(now => new Map(now).set(line.sku, text))
                        }}
                        inputMode="decimal"
                        error={wrong === line.sku ? o('stock.not-a-number') : null}
                      />
                    ) : line.receivedMicro === null ? (
                      o('transfers.on-way')
                    ) : (
                      formatQuantity(line.receivedMicro)
                    )}
                  </Table.Td>
                  {!isOpen && (
                    <Table.Td ta="right" className={line.lostMicro > 0 ? 'money warns' : 'money'}>
                      {line.lostMicro === 0 ? '–' : formatQuantity(line.lostMicro)}
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Text c="red" role="alert">
            {error}
          </Text>
          {mayReceive && (
            <Group justify="end">
              <Button type="submit" h={48}>
                {o('transfers.receive')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Drawer>
  )
}

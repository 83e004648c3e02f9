import { ActionIcon, Autocomplete, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconX } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { inventoryRoutes } from '../../src/contracts/inventory.ts'
import { inertText } from '../../src/domain/text.ts'
import { newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { o } from './messages.ts'
import { useClient, usePlace } from './place.tsx'
import { microOf } from './quantity.ts'

type Line = { sku: string; name: string; quantity: string }

/** Finds goods by words, SKU or barcode, and hands over the one that is chosen. */
const GoodsSearch = ({ left, choose }: { left: readonly string[]; choose(sku: string, name: string): void }) => {
  const client = useClient()
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 120)
  const { data } = useQuery({
    queryKey: ['goods', q],
    queryFn: () => client.call(catalogueRoutes.listProducts, { ...(q === '' ? {} : { q }), limit: 10 }),
    placeholderData: keepPreviousData,
  })
  const found = (data?.rows ?? []).flatMap(product =>
    product.variants
      .filter(variant => !left.includes(variant.sku))
      .map(variant => ({ sku: variant.sku, name: inertText(`${product.name} ${variant.form}`.trim()) })),
  )
  return (
    <Select
      label={o('transfers.goods')}
      placeholder={o('transfers.find')}
      data={found.map(({ sku, name }) => ({ value: sku, label: `${name} · ${sku}` }))}
      value={null}
      searchable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={t('till.nothing')}
      onChange={sku => {
        const chosen = found.find(each => each.sku === sku)
        if (chosen) choose(chosen.sku, chosen.name)
        setText('')
      }}
      data-takes-codes="true"
    />
  )
}

/** Goods leave this store for another one. */
export const TransferSendDialog = (props: { known: readonly string[]; sent(): void; close(): void }) => {
  const { known, sent, close } = props
  const { link, stores } = usePlace()
  const client = useClient()
  const [toStore, setToStore] = useState('')
  const [lines, setLines] = useState<Line[]>([])
  const [note, setNote] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const others = [...new Set([...stores.map(store => store.handle), ...known])].filter(
    store => store !== link.node.store,
  )
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setError(null)
    const counted = lines.map(({ sku, quantity }) => ({ sku, quantityMicro: microOf(quantity) ?? 0 }))
    const notCounted = counted.find(({ quantityMicro }) => quantityMicro <= 0)
    setWrong(notCounted?.sku ?? null)
    if (notCounted) return
    setBusy(true)
    try {
      const body = { id: newId(), toStore: toStore.trim(), lines: counted, note: note.trim() }
      await client.call(inventoryRoutes.sendTransfer, body)
      tell(o('transfers.sent-done'))
      sent()
      close()
    } catch (failure) {
      setError(sentenceOf(failure))
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={close} title={o('transfers.send')} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Autocomplete
            size="md"
            label={o('transfers.to')}
            description={o('transfers.to-hint')}
            value={toStore}
            onChange={setToStore}
            data={others}
            required
            maxLength={32}
            data-autofocus
          />
          <GoodsSearch
            left={lines.map(line => line.sku)}
            choose={(sku, name) => setLines(now => [...now, { sku, name, quantity: '' }])}
          />
          {lines.length === 0 && <Text c="dimmed">{o('transfers.empty')}</Text>}
          {lines.map(line => (
            <Group key={line.sku} wrap="nowrap" align="start">
              <Text flex={1} pt={12}>
                {line.name}
              </Text>
              <TextInput
                aria-label={o('transfers.quantity', { name: line.name })}
                value={line.quantity}
                onChange={event => {
                  const quantity = event.currentTarget.value
                  setLines(now => now.map(each => (each.sku === line.sku ? { ...each, quantity } : each)))
                }}
                inputMode="decimal"
                required
                w={120}
                error={wrong === line.sku ? o('stock.not-a-number') : null}
              />
              <ActionIcon
                size={48}
                variant="subtle"
                color="gray"
                aria-label={o('transfers.remove', { name: line.name })}
                onClick={() => setLines(now => now.filter(each => each.sku !== line.sku))}
              >
                <IconX size={20} />
              </ActionIcon>
            </Group>
          ))}
          <TextInput
            label={o('stock.note')}
            value={note}
            onChange={event => setNote(event.currentTarget.value)}
            maxLength={200}
          />
          <Text size="sm" c="dimmed">
            {o('transfers.final')}
          </Text>
          <Text c="red" role="alert">
            {error}
          </Text>
          <Group justify="end">
            <Button variant="default" h={48} onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" h={48} loading={busy} disabled={lines.length === 0 || toStore.trim() === ''}>
              {o('transfers.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

import { Kbd, Modal, Table } from '@mantine/core'
import { t } from '../shared/messages.ts'

const rows = [
  ['/', t('keys.search')],
  ['← ↑ → ↓', t('keys.grid')],
  ['+ −', t('keys.quantity')],
  ['F2', t('keys.f2')],
  ['F4', t('keys.f4')],
  ['F6', t('keys.f6')],
  ['F8', t('keys.f8')],
  ['F9', t('keys.f9')],
  ['0–9', t('keys.cash')],
  ['Esc', t('keys.escape')],
] as const

export const KeysDialog = ({ close }: { close(): void }) => (
  <Modal opened onClose={close} title={t('keys.title')}>
    <Table verticalSpacing="sm">
      <Table.Tbody>
        {rows.map(([key, does]) => (
          <Table.Tr key={key}>
            <Table.Td w={120}>
              <Kbd size="md">{key}</Kbd>
            </Table.Td>
            <Table.Td>{does}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </Modal>
)

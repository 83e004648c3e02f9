import { Button, Center, Loader, Table, Text, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import { sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { o } from './messages.ts'

export type Column<Row> = { head: string; cell(row: Row): ReactNode; right?: boolean; hideBelow?: 'sm' | 'md' }

/** Rows with a head, an empty state that says what to do, and a way to more. A row that opens is a button in its first cell. */
export const ListTable = <Row,>(props: {
  rows: readonly Row[] | undefined
  columns: ReadonlyArray<Column<Row>>
  keyOf(row: Row): string
  empty: string
  more: (() => void) | null
  error: unknown
  open?: (row: Row) => void
}) => {
  const { rows, columns, open } = props
  if (props.error) return <Text c="red">{sentenceOf(props.error)}</Text>
  if (!rows) {
    return (
      <Center p="xl">
        <Loader aria-label={t('common.loading')} />
      </Center>
    )
  }
  if (rows.length === 0) {
    return (
      <Text c="dimmed" py="xl" data-ready="true">
        {props.empty}
      </Text>
    )
  }
  return (
    <div className="wide" data-ready="true">
      <Table verticalSpacing="sm" highlightOnHover={Boolean(open)}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(column => (
              <Table.Th key={column.head} ta={column.right ? 'right' : 'left'} visibleFrom={column.hideBelow ?? 'base'}>
                {column.head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(row => (
            <Table.Tr
              key={props.keyOf(row)}
              onClick={open ? () => open(row) : undefined}
              style={open ? { cursor: 'pointer' } : undefined}
              h={52}
            >
              {columns.map((column, index) => (
                <Table.Td
                  key={column.head}
                  ta={column.right ? 'right' : 'left'}
                  className={column.right ? 'money' : undefined}
                  visibleFrom={column.hideBelow ?? 'base'}
                >
                  {open && index === 0 ? (
                    <UnstyledButton
                      className="row-open"
                      onClick={event => {
                        event.stopPropagation()
                        open(row)
                      }}
                    >
                      {column.cell(row)}
                    </UnstyledButton>
                  ) : (
                    column.cell(row)
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {props.more && (
        <Center mt="md">
          <Button variant="default" h={48} onClick={props.more}>
            {o('more')}
          </Button>
        </Center>
      )}
    </div>
  )
}

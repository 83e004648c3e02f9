import { Button, FileButton, Modal, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { catalogueRoutes, type ImportReport, importReport, importRowSentences } from '../../src/contracts/catalogue.ts'
import { problem } from '../../src/contracts/platform.ts'
import { addressAbout } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { o } from './messages.ts'

/** Sends a CSV to the shop as it is, and shows what became of each row that was refused. `store`: whose currency its prices are in. */
export const ImportDialog = ({ store, done, close }: { store: string | null; done(): void; close(): void }) => {
  const [running, setRunning] = useState<string | null>(null)
  const [report, setReport] = useState<ImportReport | null>(null)
  const [error, setError] = useState<string | null>(null)
  const send = async (file: File | null) => {
    if (!file) return
    setRunning(file.name)
    setError(null)
    try {
      const response = await fetch(addressAbout(store, `/api/v1${catalogueRoutes.importProducts.path}`), {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: file,
      })
      const answer: unknown = await response.json()
      if (response.ok) setReport(importReport.parse(answer))
      else setError(problem.parse(answer).title)
    } catch {
      setError(t('common.unreachable'))
    } finally {
      setRunning(null)
      done()
    }
  }
  return (
    <Modal opened onClose={close} title={o('import.title')} size="lg">
      <Stack>
        <Text c="dimmed">{o('import.lead')}</Text>
        <FileButton onChange={send} accept=".csv,.txt,text/csv">
          {button => (
            <Button {...button} h={56} loading={running !== null}>
              {o('import.choose')}
            </Button>
          )}
        </FileButton>
        <Text role="status">
          {running
            ? o('import.running', { name: running })
            : report
              ? o('import.report', { ...report, refusals: '' })
              : ''}
        </Text>
        <Text c="red" role="alert">
          {error}
        </Text>
        {report && report.refusals.length > 0 && (
          <Table.ScrollContainer minWidth={420} mah={320}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{o('import.row')}</Table.Th>
                  <Table.Th>{o('import.why')}</Table.Th>
                  <Table.Th>{o('import.value')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {report.refusals.map(refused => (
                  <Table.Tr key={`${refused.row} ${refused.code}`}>
                    <Table.Td>{refused.row}</Table.Td>
                    <Table.Td>{importRowSentences[refused.code] ?? refused.code}</Table.Td>
                    <Table.Td>{refused.value}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Stack>
    </Modal>
  )
}

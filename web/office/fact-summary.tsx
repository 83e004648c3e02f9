import { Text } from '@mantine/core'
import { completedReturn, completedSale } from '../../src/contracts/sales.ts'
import { inertText } from '../../src/domain/text.ts'
import { formatMoney, formatQuantity } from '../shared/money.ts'

/** What a fact says, for people: a sale or return as on a receipt, others by their figures. */
export const FactSummary = ({ fact }: { fact: { type: string; actor: string; body: Record<string, unknown> } }) => {
  const schema = fact.type === 'sale.completed' ? completedSale : fact.type === 'sale.returned' ? completedReturn : null
  const parsed = schema?.safeParse(fact.body)
  if (!parsed?.success) {
    return (
      <article className="receipt">
        <strong>{fact.type}</strong>
        <hr />
        <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: 0, fontSize: 12 }}>
          {JSON.stringify(fact.body, null, 1)}
        </pre>
      </article>
    )
  }
  const sale = parsed.data
  return (
    <article className="receipt">
      <strong>
        {sale.till} · {sale.receiptNumber}
      </strong>
      <div>{sale.cashier}</div>
      <hr />
      <table>
        <tbody>
          {sale.lines.map(line => (
            <tr key={line.lineNo}>
              <td>
                {formatQuantity(line.quantityMicro)} × {inertText(line.name)}
              </td>
              <td className="money">{formatMoney(line.totalMinor, sale.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <hr />
      <Text fw={700} size="xl" ta="right" className="money">
        {formatMoney(sale.totals.totalMinor, sale.currency)}
      </Text>
    </article>
  )
}

import type { Receipt, ReceiptRow } from '../../src/domain/receipt.ts'

const Rows = ({ rows, strongLast = false }: { rows: readonly ReceiptRow[]; strongLast?: boolean }) => (
  <table>
    <tbody>
      {rows.map(({ label, text }, index) => (
        <tr
          key={`${label} ${text}`}
          style={strongLast && index === rows.length - 1 ? { fontWeight: 700, fontSize: 17 } : undefined}
        >
          <td>{label}</td>
          <td className="money">{text}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

/** The customer's document on the screen; printed by the browser, it is all that comes out. */
export const ReceiptView = ({ receipt }: { receipt: Receipt }) => (
  <article className="receipt" aria-label={receipt.header[0]}>
    {receipt.copy && <strong>{receipt.copyLabel}</strong>}
    <div style={{ textAlign: 'center' }}>
      {receipt.header.map((line, index) => (
        <div key={line} style={index === 0 ? { fontWeight: 700, fontSize: 16 } : undefined}>
          {line}
        </div>
      ))}
    </div>
    <hr />
    <Rows rows={receipt.meta} />
    <hr />
    <table>
      <tbody>
        {receipt.lines
          .map((line, place) => ({ ...line, place }))
          .map(line => (
            <tr key={`${line.place} ${line.name}`}>
              <td>
                {line.name}
                <div style={{ color: '#5c636a' }}>
                  {line.quantityText} × {line.unitPriceText}
                  {line.discounts.map(({ label, text }) => ` · ${label} ${text}`)}
                </div>
              </td>
              <td className="money">{line.totalText}</td>
            </tr>
          ))}
      </tbody>
    </table>
    <hr />
    <Rows rows={receipt.totals} strongLast />
    <hr />
    <Rows rows={receipt.change ? [...receipt.tenders, receipt.change] : receipt.tenders} />
    <hr />
    <table>
      <tbody>
        {receipt.taxes.map(tax => (
          <tr key={`${tax.name} ${tax.rateText}`}>
            <td>
              {tax.name} {tax.rateText}
            </td>
            <td className="money">{tax.netText}</td>
            <td className="money">{tax.taxText}</td>
          </tr>
        ))}
      </tbody>
    </table>
    {receipt.footer.length > 0 && <hr />}
    <div style={{ textAlign: 'center' }}>
      {receipt.footer.map(line => (
        <div key={line}>{line}</div>
      ))}
    </div>
  </article>
)

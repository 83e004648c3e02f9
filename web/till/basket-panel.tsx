import { ActionIcon, Button, Group, Text } from '@mantine/core'
import { IconMinus, IconPlus, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { TillCatalogue } from '../../src/contracts/catalogue.ts'
import type { PricedBasket } from '../../src/domain/basket.ts'
import { t } from '../shared/messages.ts'
import { formatAmount, formatMoney, formatQuantity } from '../shared/money.ts'
import type { BasketAct, TillBasket, TillLine } from './basket.ts'

export type Ask = 'quantity' | 'price' | 'discount' | 'note' | 'sale-discount'

const quantityOf = (line: TillLine): string =>
  line.unit === 'each' ? formatQuantity(line.quantityMicro) : `${formatQuantity(line.quantityMicro)} ${line.unit}`

const LineActions = ({ line, step, ask }: { line: TillLine; step(act: BasketAct): void; ask(what: Ask): void }) => (
  <div className="line-actions">
    <ActionIcon
      size={48}
      variant="default"
      aria-label={t('till.less')}
      onClick={() => step({ act: 'step', key: line.key, by: -1 })}
    >
      <IconMinus />
    </ActionIcon>
    <Button variant="default" h={48} className="money" onClick={() => ask('quantity')} aria-label={t('till.quantity')}>
      {quantityOf(line)}
    </Button>
    <ActionIcon
      size={48}
      variant="default"
      aria-label={t('till.one-more')}
      onClick={() => step({ act: 'step', key: line.key, by: 1 })}
    >
      <IconPlus />
    </ActionIcon>
    <ActionIcon
      size={48}
      variant="default"
      aria-label={t('till.remove')}
      className="line-remove"
      onClick={() => step({ act: 'remove', key: line.key })}
    >
      <IconTrash size={22} />
    </ActionIcon>
    <Button variant="default" h={48} px={4} onClick={() => ask('price')}>
      {t('till.price')}
    </Button>
    <Button variant="default" h={48} px={4} onClick={() => ask('discount')}>
      {t('till.discount')}
    </Button>
    <Button variant="default" h={48} px={4} onClick={() => ask('note')}>
      {t('till.note')}
    </Button>
  </div>
)

/** What is being sold. Always in the same place: the total and the way to pay never move. */
export const BasketPanel = (props: {
  basket: TillBasket
  priced: PricedBasket | null
  catalogue: TillCatalogue
  step(act: BasketAct): void
  ask(what: Ask): void
  pay(): void
  menu: ReactNode
  park(): unknown
}) => {
  const { basket, priced, catalogue, step, ask } = props
  const { currency, taxMode } = catalogue.store
  const list = useRef<HTMLUListElement>(null)
  const { selected } = basket
  useEffect(() => {
    list.current?.querySelector(`[data-key="${selected}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  const line = basket.lines.find(each => each.key === selected)
  const totalMinor = priced?.totalMinor ?? 0
  const takenMinor = basket.tenders.reduce((sum, tender) => sum + tender.amountMinor, 0)
  return (
    <section className="basket" aria-label={t('till.basket')}>
      <header>
        <h2>{t('till.basket')}</h2>
        <Group gap={4}>
          <Button variant="subtle" color="gray" h={48} disabled={basket.lines.length === 0} onClick={props.park}>
            {t('till.park')}
          </Button>
          {props.menu}
        </Group>
      </header>
      <ul ref={list}>
        {basket.lines.length === 0 && <li className="nothing">{t('till.empty')}</li>}
        {basket.lines.map((each, index) => {
          const shown = priced?.lines[index]
          const off = (shown?.discountMinor ?? 0) + (shown?.saleDiscountMinor ?? 0)
          return (
            <li key={each.key} data-key={each.key} data-selected={each.key === selected}>
              <button
                type="button"
                onClick={() => step({ act: 'select', key: each.key })}
                aria-pressed={each.key === selected}
              >
                <span key={each.quantityMicro} className="line-flash" aria-hidden="true" />
                <span className="line-name">
                  {each.unit === 'each' && each.quantityMicro === 1_000_000 ? '' : `${quantityOf(each)} × `}
                  {each.name}
                  {each.note !== '' && <small>{each.note}</small>}
                </span>
                <span className="line-money">
                  <span className="money">{formatAmount(shown ? shown.grossMinor - off : 0, currency)}</span>
                  {off > 0 && <small className="money">−{formatAmount(off, currency)}</small>}
                </span>
              </button>
            </li>
          )
        })}
      </ul>
      {line && <LineActions line={line} step={step} ask={ask} />}
      <footer>
        {priced && priced.discountMinor > 0 && (
          <div className="sum">
            <span>{t('till.discount')}</span>
            <span className="money">−{formatAmount(priced.discountMinor, currency)}</span>
          </div>
        )}
        <div className="sum">
          <span>{taxMode === 'included' ? t('till.tax-included') : t('till.tax-added')}</span>
          <span className="money">{formatAmount(priced?.taxMinor ?? 0, currency)}</span>
        </div>
        {takenMinor > 0 && (
          <div className="sum">
            <span>{t('till.taken')}</span>
            <span className="money">{formatAmount(takenMinor, currency)}</span>
          </div>
        )}
        <div className="sum total">
          <span>{t('till.total')}</span>
          <span className="money" data-testid="total">
            {formatMoney(totalMinor, currency)}
          </span>
        </div>
        <Button
          fullWidth
          h={72}
          fz={26}
          disabled={basket.lines.length === 0 || !priced}
          onClick={props.pay}
          className="pay-button"
        >
          <Group gap="md">
            <span>{t('till.pay')}</span>
            <Text component="span" inherit className="money">
              {formatMoney(totalMinor, currency)}
            </Text>
          </Group>
        </Button>
      </footer>
    </section>
  )
}

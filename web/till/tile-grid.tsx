import { type CSSProperties, type KeyboardEvent, useRef } from 'react'
import type { Article, TillCatalogue } from '../../src/contracts/catalogue.ts'
import { t } from '../shared/messages.ts'
import { formatAmount } from '../shared/money.ts'

/** More than fit on a few screens are found by searching. */
const shownAtMost = 120

/** Products as tiles. Arrows move, Enter takes; only one of them is in the order of Tab. */
export const TileGrid = ({
  articles,
  catalogue,
  take,
}: {
  articles: readonly Article[]
  catalogue: TillCatalogue
  take(article: Article): void
}) => {
  const grid = useRef<HTMLDivElement>(null)
  const colours = new Map(catalogue.categories.map(category => [category.name, category.colour]))
  const move = (event: KeyboardEvent) => {
    const tiles = [...(grid.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])]
    const index = tiles.indexOf(document.activeElement as HTMLButtonElement)
    if (index < 0) return
    const columns = grid.current ? getComputedStyle(grid.current).gridTemplateColumns.split(' ').length : 1
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }
    const next = tiles[index + (steps[event.key] ?? 0)]
    if (!steps[event.key] || !next) return
    event.preventDefault()
    next.focus()
  }
  if (articles.length === 0) return <p className="nothing">{t('till.nothing')}</p>
  return (
    <div className="tiles" ref={grid} onKeyDown={move} role="toolbar" aria-label={t('keys.grid')}>
      {articles.slice(0, shownAtMost).map((article, index) => (
        <button
          key={article.sku}
          type="button"
          tabIndex={index === 0 ? 0 : -1}
          onClick={() => take(article)}
          style={{ '--tile': `var(--mantine-color-${colours.get(article.category) ?? 'gray'}-5)` } as CSSProperties}
        >
          <span className="tile-name">{article.name}</span>
          <span className="tile-price money">
            {formatAmount(article.priceMinor, catalogue.store.currency)}
            {article.unit === 'each' ? '' : ` / ${article.unit}`}
          </span>
        </button>
      ))}
    </div>
  )
}

import type { TillCatalogue } from '../../src/contracts/catalogue.ts'
import { t } from '../shared/messages.ts'

/** `null` is the favourites, an empty name is everything. */
export type Chosen = string | null

export const CategoryList = ({
  catalogue,
  chosen,
  choose,
}: {
  catalogue: TillCatalogue
  chosen: Chosen
  choose(category: Chosen): void
}) => {
  const used = new Set(catalogue.articles.map(article => article.category))
  const rows: Array<[category: Chosen, name: string, colour: string]> = [
    [null, `★ ${t('till.quick')}`, 'transparent'],
    ...catalogue.categories
      .filter(category => used.has(category.name))
      .map((category): [Chosen, string, string] => [
        category.name,
        category.name,
        `var(--mantine-color-${category.colour}-5, gray)`,
      ]),
    ['', t('till.all'), 'transparent'],
  ]
  return (
    <nav className="categories" aria-label={t('till.all')}>
      {rows.map(([category, name, colour]) => (
        <button key={name} type="button" aria-pressed={category === chosen} onClick={() => choose(category)}>
          <span className="swatch" style={{ background: colour }} />
          {name}
        </button>
      ))}
    </nav>
  )
}

import { Link } from '@tanstack/react-router'
import { o } from './messages.ts'
import { usePlace } from './place.tsx'

/** Levels, and goods between stores where there are several. */
export const StockTabs = () => {
  const { link } = usePlace()
  if (link.top && link.node.kind === 'store') return null
  return (
    <nav className="tabs" aria-label={o('stock.title')}>
      <Link
        to="/office/stock"
        activeOptions={{ exact: true, includeSearch: false }}
        activeProps={{ 'aria-current': 'page' }}
      >
        {o('stock.levels')}
      </Link>
      <Link to="/office/stock/transfers" activeProps={{ 'aria-current': 'page' }}>
        {o('transfers.title')}
      </Link>
    </nav>
  )
}

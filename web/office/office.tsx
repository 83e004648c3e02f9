import './office.css'
import { ActionIcon, useMantineColorScheme } from '@mantine/core'
import {
  IconActivityHeartbeat,
  IconBuildingStore,
  IconCash,
  IconCode,
  IconMenu2,
  IconPackage,
  IconPackages,
  IconReceipt,
  IconSettings,
  IconSunMoon,
  IconTruck,
  IconUsers,
} from '@tabler/icons-react'
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Scope } from '../../src/contracts/route.ts'
import { t } from '../shared/messages.ts'
import { useSession } from '../shared/session.tsx'
import { o } from './messages.ts'

const size = { size: 20, stroke: 1.75 }
const pages: Array<[path: string, label: string, icon: ReactNode, scope: Scope]> = [
  ['/office', o('nav.today'), <IconBuildingStore key="today" {...size} />, 'reports:read'],
  ['/office/sales', o('nav.sales'), <IconReceipt key="sales" {...size} />, 'sales:read'],
  ['/office/products', o('nav.products'), <IconPackage key="products" {...size} />, 'catalogue:read'],
  ['/office/stock', o('nav.stock'), <IconPackages key="stock" {...size} />, 'stock:read'],
  ['/office/orders', o('nav.orders'), <IconTruck key="orders" {...size} />, 'purchasing:read'],
  ['/office/people', o('nav.people'), <IconUsers key="people" {...size} />, 'people:read'],
  ['/office/nerve', o('nav.nerve'), <IconActivityHeartbeat key="nerve" {...size} />, 'facts:read'],
  ['/office/settings', o('nav.settings'), <IconSettings key="settings" {...size} />, 'store:write'],
]

const Frame = () => {
  const { may } = useSession()
  const { toggleColorScheme } = useMantineColorScheme()
  const [menu, setMenu] = useState(false)
  return (
    <div className="office" data-menu={menu}>
      <header className="office-top">
        <ActionIcon
          size={48}
          variant="subtle"
          color="gray"
          aria-label={o('nav.label')}
          aria-expanded={menu}
          onClick={() => setMenu(now => !now)}
        >
          <IconMenu2 />
        </ActionIcon>
        <strong>{t('app.name')}</strong>
      </header>
      <nav className="office-nav" aria-label={o('nav.label')}>
        <h1>{t('app.name')}</h1>
        {pages
          .filter(([, , , scope]) => may(scope))
          .map(([path, label, icon]) => (
            <Link
              key={path}
              to={path}
              activeOptions={{ exact: path === '/office' }}
              activeProps={{ 'aria-current': 'page' }}
              onClick={() => setMenu(false)}
            >
              {icon}
              {label}
            </Link>
          ))}
        <a className="push" href="/till">
          <IconCash {...size} />
          {o('nav.till')}
        </a>
        <a href="/api/docs">
          <IconCode {...size} />
          {o('nav.api')}
        </a>
        <ActionIcon size={48} variant="subtle" color="gray" aria-label={t('colour.toggle')} onClick={toggleColorScheme}>
          <IconSunMoon {...size} />
        </ActionIcon>
      </nav>
      <main className="office-main">
        <Outlet />
      </main>
    </div>
  )
}

const root = createRootRoute({ component: Frame })
const office = createRoute({ getParentRoute: () => root, path: 'office' })
const page = <Path extends string>(path: Path, load: () => Promise<{ Page: () => ReactNode }>) =>
  createRoute({
    getParentRoute: () => office,
    path,
    component: lazyRouteComponent(load, 'Page'),
    validateSearch: (search: Record<string, unknown>) => search,
  })

const router = createRouter({
  routeTree: root.addChildren([
    office.addChildren([
      page('/', () => import('./today.tsx')),
      page('sales', () => import('./sales.tsx')),
      page('products', () => import('./products.tsx')),
      page('stock', () => import('./stock.tsx')),
      page('orders', () => import('./orders.tsx')),
      page('people', () => import('./people.tsx')),
      page('nerve', () => import('./nerve.tsx')),
      page('nerve/$factId', () => import('./nerve.tsx')),
      page('settings', () => import('./settings.tsx')),
    ]),
  ]),
})

export const Office = () => <RouterProvider router={router} />

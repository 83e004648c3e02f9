import './office.css'
import { ActionIcon, useMantineColorScheme } from '@mantine/core'
import {
  IconActivityHeartbeat,
  IconBuildingCommunity,
  IconBuildingStore,
  IconCash,
  IconCode,
  IconDeviceDesktop,
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
  retainSearchParams,
} from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Scope } from '../../src/contracts/route.ts'
import { t } from '../shared/messages.ts'
import { useSession } from '../shared/session.tsx'
import { LinkMark } from './link-mark.tsx'
import { o } from './messages.ts'
import { PlaceScope, ReadsOfStore, usePlace } from './place.tsx'
import { StoreSwitch } from './store-switch.tsx'

const size = { size: 20, stroke: 1.75 }
type NavPage = { path: string; label: string; icon: ReactNode; scope: Scope; atHqOnly?: true }
const pages: NavPage[] = [
  { path: '/office', label: o('nav.today'), icon: <IconBuildingStore {...size} />, scope: 'reports:read' },
  {
    path: '/office/stores',
    label: o('nav.stores'),
    icon: <IconBuildingCommunity {...size} />,
    scope: 'reports:read',
    atHqOnly: true,
  },
  { path: '/office/sales', label: o('nav.sales'), icon: <IconReceipt {...size} />, scope: 'sales:read' },
  { path: '/office/products', label: o('nav.products'), icon: <IconPackage {...size} />, scope: 'catalogue:read' },
  { path: '/office/stock', label: o('nav.stock'), icon: <IconPackages {...size} />, scope: 'stock:read' },
  { path: '/office/orders', label: o('nav.orders'), icon: <IconTruck {...size} />, scope: 'purchasing:read' },
  { path: '/office/people', label: o('nav.people'), icon: <IconUsers {...size} />, scope: 'people:read' },
  { path: '/office/devices', label: o('nav.devices'), icon: <IconDeviceDesktop {...size} />, scope: 'devices:write' },
  { path: '/office/nerve', label: o('nav.nerve'), icon: <IconActivityHeartbeat {...size} />, scope: 'facts:read' },
  { path: '/office/settings', label: o('nav.settings'), icon: <IconSettings {...size} />, scope: 'store:write' },
]

const Frame = () => {
  const { may } = useSession()
  const { isHq } = usePlace()
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
          .filter(({ scope, atHqOnly }) => may(scope) && (isHq || !atHqOnly))
          .map(({ path, label, icon }) => (
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
        <span className="push" />
        {!isHq && (
          <a href="/till">
            <IconCash {...size} />
            {o('nav.till')}
          </a>
        )}
        <a href="/api/docs">
          <IconCode {...size} />
          {o('nav.api')}
        </a>
        <ActionIcon size={48} variant="subtle" color="gray" aria-label={t('colour.toggle')} onClick={toggleColorScheme}>
          <IconSunMoon {...size} />
        </ActionIcon>
      </nav>
      <main className="office-main">
        <div className="office-head">
          <StoreSwitch />
          <LinkMark />
        </div>
        <ReadsOfStore>
          <Outlet />
        </ReadsOfStore>
      </main>
    </div>
  )
}

const Root = () => (
  <PlaceScope>
    <Frame />
  </PlaceScope>
)

const root = createRootRoute({
  component: Root,
  validateSearch: (search: Record<string, unknown>): { store?: string } =>
    search.store === undefined ? {} : { store: String(search.store) },
  search: { middlewares: [retainSearchParams(['store'])] },
})
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
      page('stores', () => import('./stores.tsx')),
      page('stores/$handle', () => import('./store-page.tsx')),
      page('stock', () => import('./stock.tsx')),
      page('stock/transfers', () => import('./transfers.tsx')),
      page('orders', () => import('./orders.tsx')),
      page('people', () => import('./people.tsx')),
      page('devices', () => import('./devices.tsx')),
      page('nerve', () => import('./nerve.tsx')),
      page('nerve/$factId', () => import('./nerve.tsx')),
      page('settings', () => import('./settings.tsx')),
    ]),
  ]),
})

export const Office = () => <RouterProvider router={router} />

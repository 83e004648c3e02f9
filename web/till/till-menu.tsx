import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { t } from '../shared/messages.ts'

export type Dialog = 'return' | 'shift-close' | 'cash-move' | 'parked' | 'keys' | 'settings' | 'shift-open' | 'enrol'

type Row = [label: string, act: () => void, on: boolean]

export const TillMenu = ({
  open,
  discount,
  voidBasket,
  hasLines,
  hasShift,
  mayEnrol,
}: {
  open(dialog: Dialog): void
  discount(): void
  voidBasket(): void
  hasLines: boolean
  hasShift: boolean
  /** This device could sell alone, and whoever is here may let it. */
  mayEnrol: boolean
}) => {
  const rows: Row[] = [
    [t('till.sale-discount'), discount, hasLines],
    [t('till.void'), voidBasket, hasLines],
    [t('till.parked'), () => open('parked'), true],
    [t('till.return'), () => open('return'), true],
    [t('till.cash-move'), () => open('cash-move'), hasShift],
    hasShift
      ? [t('till.shift-close'), () => open('shift-close'), true]
      : [t('shift.open-now'), () => open('shift-open'), true],
    [t('till.keys'), () => open('keys'), true],
    [t('till.settings'), () => open('settings'), true],
    ...(mayEnrol ? [[t('enrol.menu-lead'), () => open('enrol'), true] satisfies Row] : []),
  ]
  return (
    <Menu position="bottom-end" width={260} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <ActionIcon size={48} variant="subtle" color="gray" aria-label={t('till.menu')}>
          <IconDots />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {rows.map(([label, act, on]) => (
          <Menu.Item key={label} h={48} disabled={!on} onClick={act}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item h={48} component="a" href="/office">
          {t('till.office')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

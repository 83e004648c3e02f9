import { Select } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { o } from './messages.ts'
import { usePlace } from './place.tsx'

const everyStore = ''

/** Which store everything is asked about. Filters that were set for another store do not come along. */
export const StoreSwitch = () => {
  const { isHq, mayAskAll, store, stores } = usePlace()
  const navigate = useNavigate()
  if (!isHq || (stores.length === 0 && store === null)) return null
  const known = stores.map(each => ({ value: each.handle, label: each.profile.name }))
  const isUnknown = store !== null && !stores.some(each => each.handle === store)
  return (
    <Select
      aria-label={o('stores.switch')}
      value={store ?? everyStore}
      onChange={value => void navigate({ to: '.', search: { store: value || undefined } })}
      data={[
        ...(mayAskAll ? [{ value: everyStore, label: o('stores.all') }] : []),
        ...known,
        ...(isUnknown ? [{ value: store, label: store }] : []),
      ]}
      searchable={known.length > 8}
      allowDeselect={false}
      w={260}
    />
  )
}

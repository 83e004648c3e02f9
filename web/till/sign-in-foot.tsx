import { Anchor, Text } from '@mantine/core'
import { t } from '../shared/messages.ts'
import { canBeTill, useThisTill } from './this-node.ts'

/** Below the sign-in: which till this is, or how it becomes one. */
export const SignInFoot = () => {
  const till = useThisTill()
  if (till) {
    return (
      <Text c="dimmed" ta="center" size="sm">
        {till.name} · {till.storeName}
      </Text>
    )
  }
  if (!canBeTill()) return null
  return (
    <Anchor href="#enrol" c="dimmed" ta="center" size="sm">
      {t('enrol.have-code')}
    </Anchor>
  )
}

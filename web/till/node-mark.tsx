import { Text, UnstyledButton } from '@mantine/core'
import { t } from '../shared/messages.ts'
import { markOf } from './node-words.ts'
import { useIsKept, useLink } from './this-node.ts'

/** One quiet mark, and words when there is something to do. Behind it: how this till stands. */
export const NodeMark = ({ open }: { open(): void }) => {
  const link = useLink()
  const { isKept } = useIsKept()
  if (!link) return null
  const { state, label, words } = markOf(link, isKept)
  return (
    <UnstyledButton className="node-mark" onClick={open} aria-label={`${label}. ${t('node.panel')}`} title={label}>
      <Text size="sm" role="status" className="node-words" data-state={state}>
        {words}
      </Text>
      <span className="dot" data-state={state} />
    </UnstyledButton>
  )
}

import { Avatar, Group, Text, UnstyledButton } from '@mantine/core'
import { initialsOf } from '../shared/faces.ts'
import { useConnected } from '../shared/live.ts'
import { t } from '../shared/messages.ts'
import { NodeMark } from './node-mark.tsx'
import { useThisTill } from './this-node.ts'

/** Whether the shop is reached, on a device that only shows it: one quiet dot, and words only when there is something to do. */
const ShopMark = ({ waiting, refused }: { waiting: number; refused: number }) => {
  const connected = useConnected()
  const words =
    refused > 0
      ? t('till.refused', { count: refused })
      : waiting > 0
        ? t('till.waiting', { count: waiting })
        : connected
          ? ''
          : t('till.alone')
  return (
    <>
      <Text size="sm" role="status" c={refused > 0 ? 'red' : 'dimmed'}>
        {words}
      </Text>
      <span
        className="dot"
        data-state={refused > 0 ? 'refused' : connected && waiting === 0 ? 'well' : 'waits'}
        role="img"
        aria-label={connected ? t('till.connected') : t('till.alone')}
      />
    </>
  )
}

/** Who is there, at which till, and how it stands to the shop. */
export const StatusBar = ({
  name,
  till,
  waiting,
  refused,
  openNode,
  signOut,
}: {
  name: string
  till: string
  waiting: number
  refused: number
  openNode(): void
  signOut(): void
}) => {
  const isNode = useThisTill() !== null
  return (
    <Group gap="sm" wrap="nowrap" className="status">
      {isNode ? <NodeMark open={openNode} /> : <ShopMark waiting={waiting} refused={refused} />}
      <Text size="sm" c="dimmed" visibleFrom="sm">
        {till}
      </Text>
      <UnstyledButton
        className="who"
        onClick={signOut}
        aria-label={`${name}. ${t('sign-in.out')}`}
        title={t('sign-in.out')}
      >
        <Avatar size={40} radius={20} color="gray">
          {initialsOf(name)}
        </Avatar>
      </UnstyledButton>
    </Group>
  )
}

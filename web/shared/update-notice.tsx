import { Button, Paper, Text } from '@mantine/core'
import { t } from './messages.ts'
import { loadUpdate, useUpdate } from './update.ts'

/** Offers a new version where only the person knows whether something is half typed. */
export const UpdateNotice = () => {
  const { isReady } = useUpdate()
  if (!isReady) return null
  return (
    <Paper className="update-notice" withBorder shadow="md" role="status">
      <Text>{t('update.ready')}</Text>
      <Button variant="default" onClick={loadUpdate}>
        {t('update.load')}
      </Button>
    </Paper>
  )
}

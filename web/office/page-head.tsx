import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** The head of each page: what it is, and what can be done here. */
export const PageHead = ({ title, children }: { title: string; children?: ReactNode }) => (
  <Group justify="space-between" align="center" mb="lg" gap="md">
    <Title order={1} size="h2">
      {title}
    </Title>
    <Group gap="sm">{children}</Group>
  </Group>
)

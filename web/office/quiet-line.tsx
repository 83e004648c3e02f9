import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** Where something is shown and not to be changed here: a line that says who does. */
export const QuietLine = ({ children }: { children: ReactNode }) => (
  <Text c="dimmed" size="sm" mb="sm">
    {children}
  </Text>
)

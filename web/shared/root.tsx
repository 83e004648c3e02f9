import './zod.ts'
import '@fontsource-variable/inter'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './base.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { type ComponentType, Fragment, type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueries } from './queries.ts'
import { SignedIn } from './session.tsx'
import { cssVariables, theme } from './theme.ts'
import { keepShell } from './update.ts'
import { UpdateNotice } from './update-notice.tsx'

const queries = createQueries()

type Around = {
  /** What comes before the sign-in. */
  gate?: ComponentType<{ children: ReactNode }>
  /** What stands below the sign-in. */
  belowSignIn?: ReactNode
  /** The page loads new versions itself, when it is free. */
  updatesItself?: boolean
}

/** Puts a page on the screen, behind the sign-in. */
export const startPage = (
  page: ReactNode,
  { gate: Gate = Fragment, belowSignIn, updatesItself = false }: Around = {},
): void => {
  const element = document.getElementById('root')
  if (!element) throw new Error('the page has no root')
  keepShell()
  createRoot(element).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-left" />
          {!updatesItself && <UpdateNotice />}
          <Gate>
            <SignedIn below={belowSignIn}>{page}</SignedIn>
          </Gate>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}

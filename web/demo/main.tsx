import '../shared/zod.ts'
import '@fontsource-variable/inter'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '../shared/base.css'
import './demo.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { cssVariables, theme } from '../shared/theme.ts'
import { StoresMap } from './stores-map.tsx'

const element = document.getElementById('root')
if (!element) throw new Error('the page has no root')
createRoot(element).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="top-center" />
      <StoresMap />
    </MantineProvider>
  </StrictMode>,
)

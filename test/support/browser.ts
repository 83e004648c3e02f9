import { type Browser, type BrowserContext, chromium, type ViewportSize } from 'playwright-core'

/** The system's Chromium: named by the test command, or where Debian and most others put it. */
const executablePath = process.env.TEST_CHROMIUM ?? '/usr/bin/chromium'

/** Without the last ones Chromium asks its maker's hosts for updates at every start. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launchBrowser = (...more: string[]): Promise<Browser> =>
  chromium.launch({ executablePath, args: [...args, ...more] })

/** A browser that keeps what its pages store in a folder, and can be started on it again. */
export const launchProfile = (folder: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, { executablePath, args })

export const viewports: Record<'desktop' | 'tablet' | 'phone', ViewportSize> = {
  desktop: { width: 1280, height: 800 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
}

/** A browser window whose person has signed in already. */
export const signedIn = async (
  browser: Browser,
  url: string,
  person: { number: number; pin: string },
  options: { viewport: ViewportSize; colorScheme: 'light' | 'dark'; hasTouch?: boolean },
): Promise<BrowserContext> => {
  const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', locale: 'en-GB', ...options })
  const response = await context.request.post('/api/v1/sessions', { data: { number: person.number, pin: person.pin } })
  if (!response.ok()) throw new Error(`signing in was refused: ${await response.text()}`)
  return context
}

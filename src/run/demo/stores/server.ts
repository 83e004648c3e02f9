import { existsSync } from 'node:fs'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { z } from 'zod'
import { ApiRefusal } from '../../../contracts/client.ts'
import { type DemoState, demoActs } from '../../../contracts/demo-stores.ts'
import { handle } from '../../../contracts/primitives.ts'
import { pageHeaders } from '../../pages.ts'
import type { Pause } from './pause.ts'

/** What the page can do. Each throws where it can't be done. */
export type DemoControls = {
  state(): DemoState
  setCut(id: string, cut: boolean): void
  kill(id: string): Promise<void>
  start(id: string): Promise<void>
  setPrice(sku: string, priceMinor: number): Promise<void>
  setSelling(selling: boolean): void
}

const built = new URL('../../../../dist/demo/', import.meta.url).pathname
const tellEveryMs = 200

/** Whoever is at this machine may pull cables; a page of some site that is open in the browser may not. */
const isOwnPage = (request: Request): boolean => {
  const { hostname, host } = new URL(request.url)
  const origin = request.headers.get('origin')
  const isHere = hostname === '127.0.0.1' || hostname === 'localhost'
  return isHere && (origin === null || (URL.canParse(origin) && new URL(origin).host === host))
}

/** The page and what it asks for. It listens on this machine alone. */
export const demoServer = (controls: DemoControls, pause: Pause, signal: AbortSignal): Hono => {
  const app = new Hono()
  app.use(async (context, next) => {
    if (!isOwnPage(context.req.raw)) return context.text('This is only for the page of this demo.\n', 403)
    await next()
    for (const [name, value] of Object.entries(pageHeaders("'self'"))) context.header(name, value)
    return undefined
  })

  app.get('/live', context =>
    streamSSE(context, async stream => {
      let last = ''
      const left = new AbortController()
      stream.onAbort(() => left.abort())
      const gone = AbortSignal.any([left.signal, signal])
      while (!gone.aborted) {
        const text = JSON.stringify(controls.state())
        if (text !== last) await stream.writeSSE({ event: 'state', data: text })
        last = text
        await pause(tellEveryMs, gone)
      }
    }),
  )

  const act = async <Asked extends z.ZodType>(
    context: Context,
    schema: Asked,
    run: (asked: z.infer<Asked>, id: string) => unknown,
  ): Promise<Response> => {
    const asked = schema.safeParse(await context.req.json().catch(() => null))
    const id = handle.safeParse(context.req.param('id') ?? 'hq')
    if (!asked.success || !id.success) return context.text('This is nothing that the page asks for.\n', 400)
    try {
      await run(asked.data, id.data)
      return context.body(null, 204)
    } catch (error) {
      const sentence = error instanceof ApiRefusal ? error.message : 'That is not reached now. Start it again first.'
      return context.text(`${sentence}\n`, 409)
    }
  }
  app.post('/links/:id', context => act(context, demoActs.link, ({ cut }, id) => controls.setCut(id, cut)))
  app.post('/processes/:id', context =>
    act(context, demoActs.process, ({ run }, id) => (run ? controls.start(id) : controls.kill(id))),
  )
  app.post('/price', context =>
    act(context, demoActs.price, ({ sku, priceMinor }) => controls.setPrice(sku, priceMinor)),
  )
  app.post('/selling', context => act(context, demoActs.selling, ({ selling }) => controls.setSelling(selling)))

  if (!existsSync(`${built}demo.html`))
    app.get('/', context => context.text('The page is not built yet. Run: npm run demo:stores\n', 503))
  app.get('/', serveStatic({ root: built, path: 'demo.html' }))
  app.get('*', serveStatic({ root: built }))
  return app
}

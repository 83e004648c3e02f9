import { connect, createServer, type Server, type Socket } from 'node:net'

/** A cable between two processes on this machine that can be pulled. */
export type Cable = {
  /** What the lower end connects to. */
  url: string
  /** Every connection breaks, and none is taken, until it is joined again. */
  cut(): void
  join(): void
  readonly isCut: boolean
  close(): Promise<void>
}

/** Lays a cable to a port of this machine, whichever it is at the moment, on a free port of its own. */
export const layCable = async (toPort: () => number): Promise<Cable> => {
  const sockets = new Set<Socket>()
  let isCut = false
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server: Server = createServer(near => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(toPort(), '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the cable has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut: () => {
      isCut = true
      drop()
    },
    join: () => {
      isCut = false
    },
    get isCut() {
      return isCut
    },
    close: () =>
      new Promise(resolve => {
        drop()
        server.close(() => resolve())
      }),
  }
}

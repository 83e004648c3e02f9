import { fork } from 'node:child_process'
import type { DeviceOrder, DeviceResult, FromDevices, ToDevices } from './device-messages.ts'

/** Many devices below a node, played by a process of their own. */
export type DeviceLoad = {
  /** Lets uploads begin. Resolves when all of them are acknowledged; at once where there are none. */
  run(): Promise<void>
  /** What they saw so far. */
  look(): Promise<DeviceResult>
  /** Ends all that they hold open and answers what they saw. The process is gone then. */
  end(): Promise<DeviceResult>
  /** Ends the process, whatever it is at. */
  kill(): void
}

/** Ready when all are connected. Whatever fails in one of them fails the load. */
export const startDeviceLoad = async (order: DeviceOrder): Promise<DeviceLoad> => {
  const child = fork(new URL('./device-generator.ts', import.meta.url), { serialization: 'advanced' })
  const say = (message: ToDevices) => child.send(message)
  const gone = new Promise<never>((_resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`the devices ended with ${code}`)))
  })
  gone.catch(() => {})
  const told = <K extends FromDevices['kind']>(kind: K): Promise<Extract<FromDevices, { kind: K }>> => {
    const message = new Promise<Extract<FromDevices, { kind: K }>>(resolve => {
      const listen = (each: FromDevices) => {
        if (each.kind !== kind) return
        child.off('message', listen)
        resolve(each as Extract<FromDevices, { kind: K }>)
      }
      child.on('message', listen)
    })
    return Promise.race([message, gone])
  }
  const ask = async (kind: 'look' | 'end'): Promise<DeviceResult> => {
    const answered = told('result')
    say({ kind })
    return (await answered).result
  }
  const kill = () => {
    child.kill('SIGKILL')
  }
  try {
    const ready = told('ready')
    say({ kind: 'order', order })
    await ready
  } catch (error) {
    kill()
    throw error
  }
  return {
    run: async () => {
      const sent = told('sent')
      say({ kind: 'begin' })
      await sent
    },
    look: () => ask('look'),
    end: async () => {
      const result = await ask('end')
      child.disconnect()
      await gone.catch(() => {})
      return result
    },
    kill,
  }
}

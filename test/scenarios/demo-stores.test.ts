import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataFolder } from '../../src/run/data-folder.ts'
import { places } from '../../src/run/demo/stores/places.ts'
import { type DemoProcess, startDemo } from '../support/demo-process.ts'
import { temporaryFolder } from '../support/node-process.ts'

let folder: ReturnType<typeof temporaryFolder>
let demo: DemoProcess | undefined
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  demo?.child.kill('SIGINT')
  await demo?.ended
  folder.remove()
})

const longTest = 120_000
const processes = () => places.map(({ id }) => dataFolder(join(folder.path, id)).running()?.pid)
const runs = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

test(
  'it ends by itself with 0 where all agree, and leaves neither a process nor data',
  async () => {
    demo = startDemo('--data', folder.path, '--seconds', '4')
    await demo.says('Ctrl-C ends it all.')
    const pids = processes()
    expect(pids.filter(runs)).toHaveLength(6)
    expect(await demo.ended).toBe(0)
    expect(demo.printed()).toMatch(/All agree: [\d,]+ sales?, [\d,.]+ EUR at tills, stores and HQ/)
    expect(pids.filter(runs)).toEqual([])
    expect(places.filter(({ id }) => existsSync(join(folder.path, id)))).toEqual([])
  },
  longTest,
)

test(
  'Ctrl-C ends all processes, and --keep keeps what they know',
  async () => {
    demo = startDemo('--data', folder.path, '--keep')
    await demo.says('Ctrl-C ends it all.')
    const pids = processes()
    expect(pids.filter(runs)).toHaveLength(6)
    demo.child.kill('SIGINT')
    expect(await demo.ended).toBe(0)
    expect(pids.filter(runs)).toEqual([])
    expect(places.filter(({ id }) => !existsSync(join(folder.path, id, 'shop.sqlite')))).toEqual([])
    demo = startDemo('--data', folder.path)
    expect(await demo.ended).toBe(66)
  },
  longTest,
)

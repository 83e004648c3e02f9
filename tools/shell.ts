import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** Pages are asked for without the ending of their file. */
const urlOf = (file: string): string => `/${file.replace(/\.html$/, '')}`

type Options = {
  /** The service worker's file. */
  entry: string
  /** What is copied as it is. */
  publicFolder: string
  /** What a library brings along and no page asks for. */
  unused: RegExp
}

/**
 * Tells the service worker what the pages are made of: all that was built, and what is copied as it is. Its version is the hash
 * of that list, so that it changes whenever anything does.
 */
export const shell = ({ entry, publicFolder, unused }: Options): Plugin => ({
  name: 'tillwire-shell',
  apply: 'build',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler: (_options, bundle) => {
      const worker = bundle[entry]
      if (worker?.type !== 'chunk') throw new Error(`there is no ${entry}`)
      for (const name of Object.keys(bundle)) if (unused.test(name)) delete bundle[name]
      const built = Object.values(bundle)
        .filter(file => file !== worker)
        .map(file => {
          const url = urlOf(file.fileName)
          const content = file.type === 'chunk' ? file.code : file.source
          return url.startsWith('/assets/') ? { url } : { url, sha256: sha256(content) }
        })
      const copied = readdirSync(publicFolder, { recursive: true, withFileTypes: true })
        .filter(file => file.isFile())
        .map(file => join(file.parentPath, file.name))
        .map(path => ({ url: path.slice(publicFolder.length), sha256: sha256(readFileSync(path)) }))
      const files = [...built, ...copied].toSorted((a, b) => (a.url < b.url ? -1 : 1))
      const text = JSON.stringify({ version: sha256(JSON.stringify(files)).slice(0, 16), files })
      worker.code = worker.code.replaceAll('__SHELL__', () => text)
    },
  },
})

import { sha256 as digest } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

const encoder = new TextEncoder()

/** As sha256-node.ts. The browser's own SHA-256 answers later, and a fact's hash is needed at once: the next one links to it. */
export const sha256 = (text: string): string => bytesToHex(digest(encoder.encode(text)))

import { config } from 'zod'

// Our pages forbid code made from text, which zod would otherwise try for speed and the browser would report.
config({ jitless: true })

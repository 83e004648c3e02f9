/**
 * What it costs to try one guess of what a person chose. OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes,
 * one lane. Hashes that were made with other figures would no longer be found right.
 */
export const slowHashCost = { memoryKib: 19_456, passes: 2, lanes: 1, hashBytes: 32 }

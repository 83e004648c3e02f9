/** People who have signed in on this device, newest first. Names only; the shop tells strangers no one's. */
export type Face = { number: number; name: string }

const key = 'tillwire.faces'
const keptAtMost = 8

export const readFaces = (): Face[] => {
  try {
    const faces: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(faces) ? (faces as Face[]) : []
  } catch {
    return []
  }
}

export const rememberFace = (face: Face): void => {
  const others = readFaces().filter(each => each.number !== face.number)
  localStorage.setItem(key, JSON.stringify([face, ...others].slice(0, keptAtMost)))
}

/** Two letters to know someone by. */
export const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter(part => part !== '')
    .map(part => part.charAt(0).toUpperCase())
    .filter((_letter, index, all) => index === 0 || index === all.length - 1)
    .join('')

/**
 * The cookie that keeps a session of the address that was asked. Cookies are not parted by port, and browsers let no page
 * that came by HTTP replace what came by HTTPS: so that the nodes of one machine, and the two ways to one of them, don't
 * end each other's sessions, each address has a name of its own.
 */
export const sessionCookie = (request: Request): string => {
  const { protocol, port } = new URL(request.url)
  return `${protocol === 'https:' ? '__Host-' : ''}tillwire_session${port === '' ? '' : `_${port}`}`
}

/** What the session's cookie of a request holds. */
export const sessionOfRequest = (request: Request): string | undefined => {
  const wanted = sessionCookie(request)
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const [name, value] = part.trim().split('=')
    if (name === wanted && value) return value
  }
  return undefined
}

import { notifications } from '@mantine/notifications'
import { v7 } from 'uuid'
import { ApiRefusal, createClient } from '../../src/contracts/client.ts'
import { t } from './messages.ts'

const signedOut = new Set<() => void>()
/** Calls back when the shop no longer knows who is signed in. Answers how to stop. */
export const onSignedOut = (listener: () => void): (() => void) => {
  signedOut.add(listener)
  return () => signedOut.delete(listener)
}

const request = async (asked: Request): Promise<Response> => {
  const response = await fetch(asked)
  if (response.status === 401 && !asked.url.includes('/sessions')) for (const listener of signedOut) listener()
  return response
}

/** The API of the shop that served this page; the session cookie goes along by itself. */
export const client = createClient(request, location.origin)

/** A new id, made here and now, so that sending again is safe. */
export const newId = (): string => v7()

/** What went wrong, as a sentence for a person: what happened, what to do. */
export const sentenceOf = (error: unknown): string => {
  if (!(error instanceof ApiRefusal)) return t('common.unreachable')
  const first = error.problem.errors?.[0]
  return first ? `${error.problem.title} (${first.path}: ${first.message})` : error.problem.title
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof ApiRefusal ? error.problem.code : undefined

export const tell = (message: string): void => {
  notifications.show({ message, autoClose: 4_000, withBorder: true })
}
export const tellFailure = (error: unknown): void => {
  notifications.show({ message: sentenceOf(error), color: 'red', autoClose: 8_000, withBorder: true })
}

import { useEffect, useState } from 'react'

/** The time by the clock of the node that serves this page, which is the one that counts; it goes on by itself. */
export const useNow = (serverMs: number | undefined, everyMs: number): number => {
  const [aheadMs, setAheadMs] = useState(0)
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    if (serverMs !== undefined) setAheadMs(serverMs - Date.now())
  }, [serverMs])
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return nowMs + aheadMs
}

import { QueryClient } from '@tanstack/react-query'

/** What a page keeps of what it has read. */
export const createQueries = (): QueryClient =>
  new QueryClient({ defaultOptions: { queries: { staleTime: 10_000, retry: 1, refetchOnWindowFocus: false } } })

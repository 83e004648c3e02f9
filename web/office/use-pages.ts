import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'

/** A list that is read page by page by its cursor. */
export const usePages = <Row>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<{ rows: Row[]; next: string | null }>,
) => {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })
  return {
    rows: query.data?.pages.flatMap(page => page.rows),
    more: query.hasNextPage ? () => void query.fetchNextPage() : null,
    loading: query.isFetching,
    error: query.error,
  }
}

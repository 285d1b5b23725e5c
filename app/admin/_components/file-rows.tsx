import type { ReactNode } from 'react'
import { withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { Pager, plainWords } from '@/components/pager'
import { Card } from '@/components/ui/card'
import { Filters } from './filters'

interface FileRowsProps<State extends string> {
  /** Of the file's page. */
  path: string
  /** How many rows there are of each state. */
  counts: Record<State, number>
  /** Those that can be shown by themselves, where there are any. */
  shown: readonly State[]
  words: Record<State, { text: string }>
  /** Absent: of all states. */
  state: State | undefined
  cursor: string | undefined
  page: { rows: readonly unknown[]; nextCursor: string | null; previousCursor: string | null }
  /** The table of the page's rows. */
  children: ReactNode
}

/** What became of an uploaded file's rows: of all, or of one state; a page at a time. */
export function FileRows<State extends string>(props: FileRowsProps<State>) {
  const { path, counts, shown, words, state, cursor, page, children } = props
  const here = (changes: Record<string, string | null>) => withQuery(path, { state, ...changes })
  const all = Object.values<number>(counts).reduce((sum, count) => sum + count, 0)
  return (
    <div>
      <Filters
        label="Rows"
        items={[
          { href: here({ state: null }), text: 'All', count: all, current: state === undefined },
          ...shown
            .filter((each) => counts[each] > 0 || each === state)
            .map((each) => ({
              href: here({ state: each }),
              text: words[each].text,
              count: counts[each],
              current: state === each,
            })),
        ]}
      />
      <Card className="py-3 sm:py-4">
        {page.rows.length > 0 ? children : <Empty title="No row like this" />}
      </Card>
      <Pager
        first={cursor ? here({}) : null}
        previous={page.previousCursor ? here({ cursor: page.previousCursor }) : null}
        next={page.nextCursor ? here({ cursor: page.nextCursor }) : null}
        words={plainWords}
      />
    </div>
  )
}

import Link from 'next/link'
import { Button } from '@/components/ui/button'

interface PagerProps {
  first: string | null
  next: string | null
  previous?: string | null
  words?: { first: string; previous: string; next: string } | undefined
}

const byTime = { first: 'Back to the newest', previous: 'Newer', next: 'Older' }

/** Where a list is not ordered by time, or begins with the oldest. */
export const plainWords = { first: 'Back to the beginning', previous: 'Previous', next: 'Next' }

/** Onwards through a list, back by a page, and back to its beginning. */
export function Pager({ first, previous = null, next, words = byTime }: PagerProps) {
  if (first === null && previous === null && next === null) return null
  return (
    <nav aria-label="Pages" className="mt-6 flex flex-wrap justify-between gap-3">
      <span className="flex flex-wrap gap-3">
        {first ? (
          <Button asChild look="secondary" size="small">
            <Link href={first}>{words.first}</Link>
          </Button>
        ) : null}
        {previous ? (
          <Button asChild look="secondary" size="small">
            <Link href={previous} rel="prev">
              {words.previous}
            </Link>
          </Button>
        ) : null}
      </span>
      {next ? (
        <Button asChild look="secondary" size="small">
          <Link href={next} rel="next">
            {words.next}
          </Link>
        </Button>
      ) : null}
    </nav>
  )
}

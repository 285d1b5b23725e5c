import Link from 'next/link'
import { Button } from '@/components/ui/button'

/** Onwards through a list, and back to its beginning. */
export function Pager({ first, next }: { first: string | null; next: string | null }) {
  if (first === null && next === null) return null
  return (
    <nav aria-label="Pages" className="mt-6 flex flex-wrap justify-between gap-3">
      {first ? (
        <Button asChild look="secondary" size="small">
          <Link href={first}>Back to the newest</Link>
        </Button>
      ) : (
        <span />
      )}
      {next ? (
        <Button asChild look="secondary" size="small">
          <Link href={next} rel="next">
            Older
          </Link>
        </Button>
      ) : null}
    </nav>
  )
}

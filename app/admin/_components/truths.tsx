import Link from 'next/link'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { Person } from '@/lib/auth'
import { getTruths } from '@/lib/intake/reconcile/queries'

/** The three figures that say whether the books are true. */
export async function BooksTrue({ person }: { person: Person }) {
  const { clearing, timeliness, completeness } = await getTruths(person)
  const { shareBps, seen, unexplained, waiting, quarantined } = completeness
  return (
    <Card>
      <CardTitle>Are the books true?</CardTitle>
      <CardText className="mb-5">
        Whatever is in Stripe has its line or its reason, soon, and nothing lies between accounts.
      </CardText>
      <dl className="grid gap-6 sm:grid-cols-3">
        <Truth
          label="Clearing"
          value={clearing.holds ? 'Clears' : `${clearing.off.length} off`}
          bad={!clearing.holds}
        >
          {clearing.holds
            ? 'Accounts that must be zero are zero.'
            : 'Money lies where it must not: see what verify says.'}
        </Truth>
        <Truth
          label="Timeliness"
          value={timeliness.medianMs === null ? 'No event today' : durationText(timeliness.medianMs)}
          bad={(timeliness.oldestWaitingSeconds ?? 0) > 300}
        >
          {timeliness.oldestWaitingSeconds === null
            ? 'From arrival to ledger, in the median of the last day; nothing waits.'
            : `The oldest event waits for ${durationText(timeliness.oldestWaitingSeconds * 1000)}.`}
        </Truth>
        <Truth
          label="Completeness"
          value={shareBps === null ? 'Not swept yet' : `${(shareBps / 100).toFixed(2)} %`}
          bad={unexplained + quarantined > 0}
        >
          {shareBps === null
            ? 'The first sweep over Stripe comes by itself, at night.'
            : `of ${seen.toLocaleString('en')} objects in Stripe${waiting > 0 ? `; ${waiting.toLocaleString('en')} payments wait` : ''}.`}{' '}
          <Link href="/admin/sweep" className="link">
            The sweep
          </Link>
        </Truth>
      </dl>
    </Card>
  )
}

function Truth({
  label,
  value,
  bad,
  children,
}: {
  label: string
  value: string
  bad: boolean
  children: ReactNode
}) {
  return (
    <div>
      <dt className="text-sm text-muted">{label}</dt>
      <dd className={cn('figures mt-1 text-2xl font-semibold', bad && 'text-minus')}>{value}</dd>
      <dd className="mt-1 text-[0.9375rem] text-muted">{children}</dd>
    </div>
  )
}

function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`
}

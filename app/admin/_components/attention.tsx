import Link from 'next/link'
import { countText } from '@/components/count'
import { cn } from '@/components/ui/cn'
import { countApplicants } from '@/lib/affiliates/queries'
import { countOpenAnomalies } from '@/lib/anomalies/queries'
import { countUnmatched, listConflicts } from '@/lib/attribution/queries'
import type { Person } from '@/lib/auth'
import { countDriftedCodes } from '@/lib/codes/console-queries'
import { countOverdueFees } from '@/lib/commissions/queries'
import type { ProgrammeFigures } from '@/lib/programme/figures'

interface Need {
  count: number
  one: string
  many: string
  href: string
  /** Money or events stand still until somebody acts. */
  urgent?: boolean
}

/** So many conflicts are counted; beyond them it says how many at least. */
const mostConflicts = 50

async function needsOf(person: Person, figures: ProgrammeFigures): Promise<Need[]> {
  const [anomalies, unmatched, conflicts, overdue, applicants, drifted] = await Promise.all([
    countOpenAnomalies(person),
    countUnmatched(person),
    listConflicts(person, { limit: mostConflicts }),
    countOverdueFees(person),
    countApplicants(person),
    countDriftedCodes(person),
  ])
  return [
    {
      count: figures.quarantined,
      one: 'event in quarantine',
      many: 'events in quarantine',
      href: '/admin/events?outcome=quarantined',
      urgent: true,
    },
    {
      count: overdue,
      one: 'fee is overdue',
      many: 'fees are overdue',
      href: '/admin/commissions?overdue=yes',
      urgent: true,
    },
    {
      count: anomalies,
      one: 'payment to be judged',
      many: 'payments to be judged',
      href: '/admin/anomalies',
    },
    {
      count: unmatched,
      one: 'code that nobody owns',
      many: 'codes that nobody owns',
      href: '/admin/unmatched',
    },
    {
      count: applicants,
      one: 'application',
      many: 'applications',
      href: '/admin/affiliates?status=applied',
    },
    {
      count: drifted,
      one: 'code differs at Stripe',
      many: 'codes differ at Stripe',
      href: '/admin/codes?drift=yes',
    },
    {
      count: conflicts.customers.length,
      one: 'customer claimed by two',
      many: 'customers claimed by several',
      href: '/admin/conflicts',
    },
    {
      count: figures.awaitingFee - overdue,
      one: 'commission waits for its fee',
      many: 'commissions wait for their fee',
      href: '/admin/commissions?status=awaiting_fee',
    },
  ]
}

/** What waits for somebody, and where: only what is there. */
export async function Attention({ person, figures }: { person: Person; figures: ProgrammeFigures }) {
  const needs = await needsOf(person, figures)
  const there = needs.filter(({ count }) => count > 0)
  if (there.length === 0) {
    return (
      <p className="rounded-xl border border-line px-4 py-3 text-[0.9375rem] text-muted">
        Nothing waits for you.
      </p>
    )
  }
  return (
    <ul aria-label="What needs you" className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {there.map(({ count, one, many, href, urgent }) => (
        <li key={href}>
          <Link
            href={href}
            className={cn(
              'flex h-full items-baseline gap-3 rounded-xl border px-4 py-3 transition-colors focus-visible:rounded-xl',
              urgent
                ? 'border-minus/35 bg-minus-soft hover:border-minus'
                : 'border-wait/35 bg-wait-soft hover:border-wait',
            )}
          >
            <span className="figures text-xl font-semibold">{countText(count)}</span>
            <span className="text-[0.9375rem]">{count === 1 ? one : many}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

import Link from 'next/link'
import { countText } from '@/components/count'
import { cn } from '@/components/ui/cn'
import { countApplicants } from '@/lib/affiliates/queries'
import { countOpenAnomalies } from '@/lib/anomalies/queries'
import { countConflicts, countUnmatched } from '@/lib/attribution/queries'
import type { Person } from '@/lib/auth'
import type { Day } from '@/lib/calendar'
import { countDriftedCodes } from '@/lib/codes/console-queries'
import { countOverdueFees } from '@/lib/commissions/queries'
import { countEvents } from '@/lib/intake/queries'
import { countUnexplained } from '@/lib/intake/reconcile/queries'
import { countDebts } from '@/lib/payouts/debt-queries'
import { countPayoutsWaiting } from '@/lib/payouts/run-queries'
import type { ProgrammeFigures } from '@/lib/programme/figures'

interface Need {
  one: string
  many: string
  href: string
  /** Money or events stand still until somebody acts. */
  urgent?: boolean
}

/** In the order of their urgency. */
const needs = {
  quarantined: {
    one: 'event in quarantine',
    many: 'events in quarantine',
    href: '/admin/events?outcome=quarantined',
    urgent: true,
  },
  overdue: {
    one: 'fee is overdue',
    many: 'fees are overdue',
    href: '/admin/commissions?overdue=yes',
    urgent: true,
  },
  stuck: {
    one: 'payout failed, came back or is not known of',
    many: 'payouts failed, came back or are not known of',
    href: '/admin/payouts',
    urgent: true,
  },
  unexplained: {
    one: 'object at Stripe that the sweep cannot explain',
    many: 'objects at Stripe that the sweep cannot explain',
    href: '/admin/sweep',
    urgent: true,
  },
  drafts: {
    one: 'payout run to be approved',
    many: 'payout runs to be approved',
    href: '/admin/payouts?state=draft',
  },
  unsent: {
    one: 'approved payout to be sent',
    many: 'approved payouts to be sent',
    href: '/admin/payouts/all?state=approved',
  },
  anomalies: {
    one: 'payment to be judged',
    many: 'payments to be judged',
    href: '/admin/anomalies',
  },
  unmatched: {
    one: 'code that nobody owns',
    many: 'codes that nobody owns',
    href: '/admin/unmatched',
  },
  applicants: {
    one: 'application',
    many: 'applications',
    href: '/admin/affiliates?status=applied',
  },
  drifted: {
    one: 'code differs at Stripe',
    many: 'codes differ at Stripe',
    href: '/admin/codes?drift=yes',
  },
  conflicts: {
    one: 'customer claimed by two',
    many: 'customers claimed by several',
    href: '/admin/conflicts',
  },
  debts: {
    one: 'affiliate owes something',
    many: 'affiliates owe something',
    href: '/admin/payouts/debts',
  },
  awaitingFee: {
    one: 'commission waits for its fee',
    many: 'commissions wait for their fee',
    href: '/admin/commissions?status=awaiting_fee',
  },
} satisfies Record<string, Need>

async function countNeeds(
  person: Person,
  figures: ProgrammeFigures,
  on: Day,
): Promise<Record<keyof typeof needs, number>> {
  const [anomalies, unmatched, conflicts, overdue, applicants, drifted, events, debts, payouts, unexplained] =
    await Promise.all([
      countOpenAnomalies(person),
      countUnmatched(person),
      countConflicts(person),
      countOverdueFees(person),
      countApplicants(person),
      countDriftedCodes(person),
      countEvents(person),
      countDebts(person, on),
      countPayoutsWaiting(person),
      countUnexplained(person),
    ])
  return {
    quarantined: events.quarantined,
    overdue,
    stuck: payouts.stuck,
    unexplained,
    drafts: payouts.drafts,
    unsent: payouts.approved,
    anomalies,
    unmatched,
    applicants,
    drifted,
    conflicts,
    debts,
    awaitingFee: figures.awaitingFee - overdue,
  }
}

/** What waits for somebody, and where: only what is there. */
export async function Attention({
  person,
  figures,
  on,
}: {
  person: Person
  figures: ProgrammeFigures
  on: Day
}) {
  const counts = await countNeeds(person, figures, on)
  const there = Object.entries<Need>(needs).flatMap(([name, need]) => {
    const count = counts[name as keyof typeof needs] // its own key
    return count > 0 ? [{ ...need, count }] : []
  })
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

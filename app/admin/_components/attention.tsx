import Link from 'next/link'
import { countText } from '@/components/count'
import { cn } from '@/components/ui/cn'
import type { ProgrammeFigures } from '@/lib/programme/figures'

/** What waits, and for whom: each leads to its list. */
export function Attention({ figures }: { figures: ProgrammeFigures }) {
  const items = [
    {
      count: figures.awaitingFee,
      label: figures.awaitingFee === 1 ? 'commission waits for its fee' : 'commissions wait for their fee',
      href: '/admin/commissions?status=awaiting_fee',
    },
    {
      count: figures.quarantined,
      label: figures.quarantined === 1 ? 'event in quarantine' : 'events in quarantine',
      href: '/admin/events?outcome=quarantined',
      urgent: true,
    },
    {
      count: figures.unmatched,
      label: figures.unmatched === 1 ? 'event with a code nobody owns' : 'events with a code nobody owns',
      href: '/admin/events?outcome=unmatched',
    },
  ]
  return (
    <ul aria-label="What waits" className="grid gap-3 sm:grid-cols-3">
      {items.map(({ count, label, href, urgent }) => (
        <li key={href}>
          <Link
            href={href}
            className={cn(
              'flex h-full items-baseline gap-3 rounded-xl border px-4 py-3 transition-colors focus-visible:rounded-xl',
              count === 0 && 'border-line text-muted hover:bg-sunken',
              count > 0 && !urgent && 'border-wait/35 bg-wait-soft hover:border-wait',
              count > 0 && urgent && 'border-minus/35 bg-minus-soft hover:border-minus',
            )}
          >
            <span className="figures text-xl font-semibold">{countText(count)}</span>
            <span className="text-[0.9375rem]">{label}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

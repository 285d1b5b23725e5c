import Link from 'next/link'
import { CodeGives } from '@/components/code-words'
import { DayTime } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { CardText } from '@/components/ui/card'
import type { FoundCode } from '@/lib/codes/find-at-stripe'

/** What Stripe has under what was asked for. */
export function FoundCodes({
  asked,
  codes,
  chosen,
  to,
}: {
  asked: string
  codes: readonly FoundCode[]
  chosen: string | undefined
  to: (promotionCodeId: string) => string
}) {
  if (codes.length === 0) {
    return (
      <CardText className="mt-4">
        Stripe has no promotion code “{asked}”, and no coupon of that id with promotion codes.
      </CardText>
    )
  }
  return (
    <ul className="mt-4 divide-y divide-line" aria-label="At Stripe">
      {codes.map((found) => (
        <li
          key={found.promotionCodeId}
          className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3"
        >
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-mono font-semibold break-all">{found.code}</span>
              <Badge tone={found.active ? 'good' : 'wait'}>{found.active ? 'Works' : 'Off'}</Badge>
            </p>
            <p className="mt-0.5 text-sm text-muted">
              {found.gives === null ? 'Its coupon was deleted' : <CodeGives code={found.gives} />}, redeemed{' '}
              {found.redemptions} times, since <DayTime value={found.createdAt.toISOString().slice(0, 10)} />
            </p>
            <p className="font-mono text-sm break-all text-muted">
              {found.promotionCodeId}, {found.couponId}
            </p>
          </div>
          {found.ours === null ? (
            <Button asChild size="small" look={found.promotionCodeId === chosen ? 'primary' : 'secondary'}>
              <Link href={to(found.promotionCodeId)}>This one</Link>
            </Button>
          ) : (
            <Link
              className="text-sm text-accent underline underline-offset-2"
              href={`/admin/codes/${encodeURIComponent(found.ours.toUpperCase())}`}
            >
              An affiliate’s already
            </Link>
          )}
        </li>
      ))}
    </ul>
  )
}

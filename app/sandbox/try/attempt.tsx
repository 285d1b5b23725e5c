import type { ReactNode } from 'react'
import { Refresh } from '@/app/_components/refresh'
import { ActionButton } from '@/components/action-button'
import { Money } from '@/components/money'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { CommissionDetail } from '@/lib/commissions/queries'
import { ways } from '@/app/(public)/developers/_components/ways'
import { tryIt } from './actions'

interface AttemptProps {
  codes: { code: string; other: string } | null
  /** What was bought just now; null: nothing yet. */
  bought: { way: string; paymentId: string; commissions: readonly CommissionDetail[] } | null
}

/** Each way bought for real, and whose customer it became. */
export function Attempt({ codes, bought }: AttemptProps) {
  return (
    <div className="space-y-6">
      {bought ? <Outcome {...bought} /> : null}
      {codes === null ? (
        <Card>
          <CardText>The demo is still being made; look again in a minute or two.</CardText>
        </Card>
      ) : (
        <ul className="grid gap-4 md:grid-cols-2">
          {ways.map(({ way, title, attempt }) => (
            <li key={way} className="flex flex-col rounded-2xl border border-line bg-surface p-5 shadow-card">
              <h2 className="font-medium">{title}</h2>
              <p className="mt-1 mb-4 text-[0.9375rem] text-muted">{attempt(codes.code, codes.other)}</p>
              <div className="mt-auto">
                <ActionButton
                  action={tryIt}
                  fields={{ way }}
                  look="secondary"
                  label={`Buy a month: ${title}`}
                >
                  Buy a month
                </ActionButton>
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const matched: Record<string, string> = {
  promotion_code: 'the promotion code',
  coupon: 'the coupon',
  promotion_code_metadata: 'the promotion code’s metadata',
  coupon_metadata: 'the coupon’s metadata',
  metadata: 'metadata',
  code_text: 'the link: client_reference_id',
}

function Outcome({ way, paymentId, commissions }: NonNullable<AttemptProps['bought']>) {
  const [commission] = commissions
  const title = ways.find((known) => known.way === way)?.title
  return (
    <Card id="came" aria-live="polite" className="border-accent-line">
      {commission?.currency ? null : <Refresh key={paymentId} />}
      <CardTitle>{title ?? 'What came of it'}</CardTitle>
      {commission ? (
        <dl className="mt-3 grid gap-px overflow-hidden rounded-xl border border-line bg-line sm:grid-cols-3">
          <Fact term="The customer is">
            {commission.affiliateName ? `${commission.affiliateName}’s` : 'nobody’s'}
          </Fact>
          <Fact term="known by">{matched[commission.matchedBy ?? ''] ?? 'nothing'}</Fact>
          <Fact term="earned">
            {commission.currency === null ? (
              'waits for Stripe’s fee'
            ) : (
              <Money minor={commission.commissionMinor} currency={commission.currency} />
            )}
          </Fact>
        </dl>
      ) : (
        <CardText>Paid. Stripe’s event is on its way through; look on.</CardText>
      )}
      <p className="mt-3 font-mono text-sm break-all text-muted">{paymentId}</p>
    </Card>
  )
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="bg-surface p-4">
      <dt className="text-sm text-muted">{term}</dt>
      <dd className="mt-0.5 font-semibold">{children}</dd>
    </div>
  )
}

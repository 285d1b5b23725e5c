import { Money } from '@/components/money'
import { cn } from '@/components/ui/cn'
import { formatRate, roundHalfUp } from '@/lib/money'
import type { Terms } from '@/lib/programme/schemas'

const priceMinor = 2900n
const feeMinor = 355n
const percent = (minor: bigint, bps: number) => roundHalfUp(minor * BigInt(bps), 10_000n)

/** One month of a $29 plan under the terms in force. */
export function ExampleSlip({ terms }: { terms: Terms }) {
  const { discount, rateBps } = terms
  const discountMinor =
    discount.kind === 'percent'
      ? percent(priceMinor, discount.percentOffBps)
      : discount.currency === 'usd' && discount.amountOffMinor < priceMinor
        ? discount.amountOffMinor
        : 0n
  const netMinor = priceMinor - discountMinor - feeMinor
  return (
    <figure className="rounded-2xl border border-line bg-paper p-6 shadow-card sm:p-8">
      <figcaption className="text-sm text-muted">A month of a $29 plan, worked out</figcaption>
      <dl className="mt-5 space-y-3 text-[0.9375rem]">
        <Line label="Plan" minor={priceMinor} />
        {discountMinor > 0n ? (
          <Line
            label={`Discount${discount.kind === 'percent' ? ` of ${formatRate(discount.percentOffBps)}` : ''} for your customer`}
            minor={-discountMinor}
          />
        ) : null}
        <Line label="Stripe’s actual fee" minor={-feeMinor} />
        <Line label="Net" minor={netMinor} strong />
        <div className="flex items-baseline justify-between gap-4 border-t border-line pt-4">
          <dt className="font-semibold">Yours, {formatRate(rateBps)}</dt>
          <dd className="text-3xl font-semibold tracking-[-0.025em] text-accent">
            <Money minor={percent(netMinor, rateBps)} currency="usd" />
          </dd>
        </div>
      </dl>
      <p className="mt-4 text-sm text-muted">
        The same again every month, without the code being typed again.
      </p>
    </figure>
  )
}

function Line({ label, minor, strong = false }: { label: string; minor: bigint; strong?: boolean }) {
  return (
    <div className={cn('flex items-baseline gap-2', strong && 'border-t border-line pt-3 font-medium')}>
      <dt>{label}</dt>
      <span aria-hidden="true" className="min-w-4 flex-1 border-b border-dotted border-edge/60" />
      <dd>
        <Money minor={minor} currency="usd" className="text-ink" />
      </dd>
    </div>
  )
}

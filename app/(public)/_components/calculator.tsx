import { Money } from '@/components/money'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Field } from '@/components/ui/field'
import { inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { moneyText } from '@/components/money'
import { formatMoney, formatRate } from '@/lib/money'
import { assumedFee, estimate, type Estimate } from '@/lib/programme/estimate'
import type { Plan } from '@/lib/programme/plans'
import type { Terms } from '@/lib/programme/schemas'

const usual = 10
const most = 100_000

interface CalculatorProps {
  plans: readonly Plan[]
  terms: Terms
  /** As they were chosen; anything else is answered with the usual. */
  asked: { plan: string | undefined; customers: string | undefined }
}

/** So many customers on a plan earn so much. A form that asks for the page again: it needs no script. */
export function Calculator({ plans, terms, asked }: CalculatorProps) {
  const plan = plans.find(({ id }) => id === asked.plan) ?? plans[0]
  if (!plan) return null
  const wanted = asked.customers ?? String(usual)
  const count = /^\d{1,6}$/.test(wanted) ? Number(wanted) : 0
  const isUsable = count >= 1 && count <= most
  const result = estimate(plan, isUsable ? count : usual, terms)
  return (
    <section id="calculator" className="border-y border-line bg-surface">
      <div className="mx-auto grid max-w-6xl gap-10 px-4 py-16 sm:px-6 sm:py-24 lg:grid-cols-2 lg:gap-16">
        <div>
          <h2 className="text-2xl font-semibold tracking-tight">What would it be for you?</h2>
          <p className="mt-2 mb-8 max-w-md text-muted">
            Choose a plan and how many of your audience would take it. It is worked out by the terms of today.
          </p>
          <form action="/#calculator" className="grid gap-5 sm:max-w-md">
            <div className="space-y-1.5">
              <Label htmlFor="plan">Plan</Label>
              <select id="plan" name="plan" defaultValue={plan.id} className={inputClasses}>
                {plans.map(({ id, name, amountMinor, currency, interval }) => (
                  <option key={id} value={id}>
                    {`${name}, ${formatMoney(amountMinor, currency)} a ${interval}`}
                  </option>
                ))}
              </select>
            </div>
            <Field
              name="customers"
              label="Customers"
              inputMode="numeric"
              autoComplete="off"
              defaultValue={wanted.slice(0, 10)}
              error={
                isUsable ? undefined : `A whole number from 1 to ${most.toLocaleString('en')} is wanted.`
              }
            />
            <Button type="submit" look="secondary" className="justify-self-start">
              Work it out
            </Button>
          </form>
        </div>
        <Result result={result} count={isUsable ? count : usual} terms={terms} />
      </div>
    </section>
  )
}

function Result({ result, count, terms }: { result: Estimate; count: number; terms: Terms }) {
  const { currency } = result
  const customers = count === 1 ? 'One customer' : `${count.toLocaleString('en')} customers`
  return (
    <div className="self-center">
      <p className="text-sm text-muted">{`${customers} would earn you about`}</p>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-3">
        <Money
          minor={result.monthMinor}
          currency={currency}
          className="text-5xl font-semibold tracking-[-0.03em] text-accent sm:text-6xl"
        />
        <span className="text-muted">a month</span>
      </p>
      <p className="mt-2 text-lg">
        <Money minor={result.yearMinor} currency={currency} className="font-semibold" /> in their first year
      </p>
      <dl className="mt-6 max-w-md space-y-2 text-[0.9375rem]">
        <Line label="Price" minor={result.priceMinor} currency={currency} />
        {result.discountMinor > 0n ? (
          <Line label="Your customer’s discount" minor={-result.discountMinor} currency={currency} />
        ) : null}
        <Line label="Stripe’s fee, assumed" minor={-result.feeMinor} currency={currency} />
        <Line label="Net" minor={result.netMinor} currency={currency} strong />
        <Line
          label={`${formatRate(terms.rateBps)} of it, for each payment`}
          minor={result.commissionMinor}
          currency={currency}
          strong
        />
      </dl>
      <p className="mt-4 max-w-md text-sm text-muted">
        {`Assumed is Stripe’s usual fee, ${formatRate(assumedFee.bps)} and ${moneyText(assumedFee.fixedCents, 'usd')}; what counts is the actual one. Tax never earns, and who cancels earns no more.`}
      </p>
    </div>
  )
}

function Line({
  label,
  minor,
  currency,
  strong = false,
}: {
  label: string
  minor: bigint
  currency: string
  strong?: boolean
}) {
  return (
    <div className={cn('flex items-baseline gap-2', strong && 'border-t border-line pt-2 font-medium')}>
      <dt>{label}</dt>
      <span aria-hidden="true" className="min-w-4 flex-1 border-b border-dotted border-edge/60" />
      <dd>
        <Money minor={minor} currency={currency} className="text-ink" />
      </dd>
    </div>
  )
}

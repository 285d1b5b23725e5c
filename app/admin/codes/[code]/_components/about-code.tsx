import { CodeGives } from '@/components/code-words'
import { moneyText } from '@/components/money'
import { StripeLink } from '@/components/stripe-link'
import { DayTime } from '@/components/time'
import { Card, CardTitle } from '@/components/ui/card'
import type { CodeOfAffiliate } from '@/lib/codes/console-queries'
import type { ProgrammeFacts } from '@/lib/programme/figures'
import { Fact, Facts } from '../../_components/code-facts'

/** What a code gives, to whom, for how long, and what it is at Stripe. */
export function AboutCode({
  code,
  booksMode,
}: {
  code: CodeOfAffiliate
  booksMode: ProgrammeFacts['booksMode']
}) {
  const { stripePromotionCodeId, stripeCouponId, maxRedemptions, expiresAt, createdAt } = code
  return (
    <Card>
      <CardTitle>What it is</CardTitle>
      <Facts>
        <Fact label="Gives">
          <CodeGives code={code} />
        </Fact>
        <Fact label="Cap">{maxRedemptions === null ? 'none' : `${maxRedemptions} redemptions`}</Fact>
        <Fact label="Last day">{expiresAt === null ? 'none' : <LastDay end={expiresAt} />}</Fact>
        <Fact label="For whom">{forWhom(code)}</Fact>
        <Fact label="Promotion code">
          {stripePromotionCodeId === null ? (
            'not made yet'
          ) : (
            <StripeLink kind="promotion_code" id={stripePromotionCodeId} booksMode={booksMode} />
          )}
        </Fact>
        <Fact label="Coupon">
          <StripeLink kind="coupon" id={stripeCouponId} booksMode={booksMode} />
        </Fact>
        <Fact label="In the books since">
          <DayTime value={createdAt.toISOString().slice(0, 10)} />
        </Fact>
      </Facts>
    </Card>
  )
}

/** The day whose end it is; a moment within a day is its own last one. */
function LastDay({ end }: { end: Date }) {
  return <DayTime value={new Date(end.getTime() - 1000).toISOString().slice(0, 10)} />
}

function forWhom(code: CodeOfAffiliate): string {
  const { firstTimeOnly, minimumAmountMinor, minimumAmountCurrency, onlyCustomerId } = code
  const who =
    onlyCustomerId !== null
      ? `the customer ${onlyCustomerId}`
      : firstTimeOnly
        ? 'customers who have bought nothing yet'
        : 'everybody'
  return minimumAmountMinor !== null && minimumAmountCurrency !== null
    ? `${who}, from ${moneyText(minimumAmountMinor, minimumAmountCurrency)} on`
    : who
}

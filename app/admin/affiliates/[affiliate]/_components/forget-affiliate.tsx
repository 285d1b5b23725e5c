import { Forget } from '../../../_components/forget'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { AffiliateSummary } from '@/lib/affiliates/queries'
import type { Balance } from '@/lib/ledger/queries'
import { forget } from '../../actions'

interface ForgetAffiliateProps {
  affiliate: AffiliateSummary
  balances: readonly Balance[]
  asked: boolean
}

/** For administrators: what forgetting an affiliate means, and the way there once they are closed. */
export function ForgetAffiliate({ affiliate, balances, asked }: ForgetAffiliateProps) {
  const { id, status, forgotten } = affiliate
  if (forgotten)
    return (
      <Card>
        <CardTitle>Forgotten</CardTitle>
        <CardText>
          Their name and addresses were taken out of the books for good. Lines and sums stay.
        </CardText>
      </Card>
    )
  if (status !== 'closed' && status !== 'applied')
    return (
      <Card>
        <CardTitle>Forget this person</CardTitle>
        <CardText>Possible once they are closed and have been paid: close them first.</CardText>
      </Card>
    )
  const owed = balances.some(
    ({ payableMinor, pendingMinor, scheduledMinor, heldMinor }) =>
      payableMinor + pendingMinor + scheduledMinor + heldMinor > 0n,
  )
  return (
    <Forget
      action={forget}
      fields={{ affiliateId: id }}
      href={`/admin/affiliates/${id}?decide=forget#forget`}
      asked={asked}
      gone={[
        'Name, handle and every address they had, with their payout details',
        'Letters to them, their sessions, their choices; they cannot sign in again',
        'Reasons and sentences that name them: they then say [forgotten]',
      ]}
      stays={[
        'Every line and sum, under an id that leads to nobody',
        'The code: it is what customers typed, and they keep their discount at Stripe',
        'Whose customers were whose; what they pay from now on earns nobody anything',
      ]}
    >
      {owed ? (
        <label className="flex min-h-9 items-start gap-3 text-[0.9375rem]">
          <input
            type="checkbox"
            name="evenIfOwed"
            value="yes"
            className="mt-0.5 size-5 shrink-0 accent-accent"
          />
          They have money coming. It may stay unpaid: after this it can be sent to nobody.
        </label>
      ) : null}
    </Forget>
  )
}

import { Money } from '@/components/money'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { Held, HeldReason } from '@/lib/commissions/held-queries'

/** What holds by itself; a person’s review speaks for all others. */
const words: Partial<Record<HeldReason, string>> = {
  same_email: 'The customer has your e-mail address.',
  own_customer: 'The customer is you yourself.',
  own_card: 'The card is one that you have paid with.',
  same_domain: 'The customer’s e-mail address is of the same company as yours.',
  same_payer: 'The customer’s name and postal code on the bill are yours.',
  shared_card: 'Several customers of your code paid with one card.',
  disposable_email: 'The customer’s e-mail address is a throw-away one.',
  early_fraud_warning: 'The card’s bank warns of fraud with this payment.',
  paid_before_code: 'The customer had paid before your code came.',
  sudden_customers: 'More new customers came in a day than is usual for your code.',
  refund_rate: 'Far more is given back to your customers than to others.',
  suspended: 'It was paid while your account was suspended.',
}

const review = 'Somebody of the programme is looking at it.'

/** What is held, by why, in plain words. */
export function HeldList({ held }: { held: readonly Held[] }) {
  if (held.length === 0) return null
  return (
    <Card>
      <CardTitle>Held, and why</CardTitle>
      <CardText className="mb-3">
        Nothing is lost: a person looks at each, and then it becomes payable on its own days, or is taken
        back.
      </CardText>
      <ul className="divide-y divide-line">
        {held.map(({ currency, reason, commissions, amountMinor }) => (
          <li key={`${currency} ${reason}`} className="flex items-baseline justify-between gap-6 py-3">
            <span>
              {words[reason] ?? review}
              <span className="block text-sm text-muted">
                {commissions === 1 ? 'One payment' : `${commissions} payments`}
              </span>
            </span>
            <Money minor={amountMinor} currency={currency} className="font-medium" />
          </li>
        ))}
      </ul>
    </Card>
  )
}

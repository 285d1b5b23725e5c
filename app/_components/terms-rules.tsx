import { dayText } from '@/components/time'
import { anomalySettingOf, type AnomalyRule, type Terms } from '@/lib/programme/schemas'

/** What a rule says to an affiliate; those that only somebody of the programme sees are left out. */
const rules: Partial<Record<AnomalyRule, string>> = {
  same_email: 'a customer with your own e-mail address',
  own_customer: 'yourself as a customer',
  own_card: 'a card that you have paid with yourself',
  same_domain: 'a customer of your own company',
  same_payer: 'a customer with your name and postal code on the bill',
  shared_card: 'several customers on one card',
  disposable_email: 'a throw-away e-mail address',
  early_fraud_warning: 'a payment that the card’s bank warns of',
}

export interface Rule {
  title: string
  items: string[]
}

/** The rest of the terms in force in sentences: what counts, what does not, what is not allowed. */
export function rulesOf(terms: Terms): Rule[] {
  const { void: voided, hold } = byAction(terms)
  return [
    {
      title: 'What counts',
      items: [
        terms.products === null
          ? 'Every product earns, subscriptions and single payments alike.'
          : `These products earn, and no others: ${terms.products.join(', ')}.`,
        'Whoever pays with your code belongs to you from then on. Where a link and a typed code name different people, the code counts.',
        terms.existingCustomers === 'attribute'
          ? 'Who was a customer before can become yours too; only what they pay from then on earns.'
          : 'Who has paid before your code came stays nobody’s.',
        terms.offStripe === 'earn'
          ? 'Payments outside Stripe earn as well, once they are recorded.'
          : 'Payments outside Stripe earn nothing.',
        `Payments from ${dayText(terms.earnsFrom)} on earn.`,
      ],
    },
    {
      title: 'What is taken back',
      items: [
        'A refund or a lost dispute takes back exactly its share, the latest instalments first.',
        terms.onCancel === 'stop'
          ? 'When a subscription ends, the instalments of months that have not begun stop.'
          : 'When a subscription ends, the instalments that were paid for go on.',
        'What has been paid out is never pulled back: it is set off against what comes next.',
      ],
    },
    {
      title: 'What is not allowed',
      items: [
        ...(voided.length > 0 ? [`These payments earn nothing: ${voided.join('; ')}.`] : []),
        ...(hold.length > 0 ? [`These are held until a person has looked at them: ${hold.join('; ')}.`] : []),
        ...(voided.length + hold.length === 0 ? ['No payment is kept back by a rule.'] : []),
        'Whatever a rule takes, you see it with its reason, and you can object: a person decides.',
      ],
    },
  ]
}

function byAction(terms: Terms): { void: string[]; hold: string[] } {
  const found: { void: string[]; hold: string[] } = { void: [], hold: [] }
  for (const [rule, text] of Object.entries(rules)) {
    const { action } = anomalySettingOf(terms.anomalies, rule as AnomalyRule) // a key of the object above
    if (action === 'void' || action === 'hold') found[action].push(text)
  }
  return found
}

export function TermsRules({ terms }: { terms: Terms }) {
  return (
    <section aria-label="The terms in detail" className="mx-auto max-w-6xl px-4 pb-16 sm:px-6 sm:pb-24">
      <div className="grid gap-x-12 gap-y-10 border-t border-line pt-10 lg:grid-cols-3">
        {rulesOf(terms).map(({ title, items }) => (
          <div key={title}>
            <h3 className="text-lg font-semibold tracking-tight">{title}</h3>
            <ul className="mt-3 space-y-3 text-[0.9375rem] text-muted">
              {items.map((item) => (
                <li key={item}>{item}</li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  )
}

import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { termLabels } from '@/lib/programme/terms-words'
import type { GroupSummary, TermsOfScope } from '@/lib/programme/terms-queries'
import type { ShownScope } from '../_components/scope'
import { Choice } from '@/components/ui/choice'
import { RuleFields } from './rule-fields'

interface TermsFormProps {
  scope: ShownScope
  texts: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
  from: string
  terms: TermsOfScope
  groups: readonly GroupSummary[]
}

/** Sent by GET: looking at a change has an address, and changes nothing. */
export function TermsForm(props: TermsFormProps) {
  const { scope, texts, errors, from, terms, groups } = props
  const { choice } = inputsOf(props)
  return (
    <Card>
      <form action="/admin/terms/change#look" className="space-y-8" noValidate>
        <input type="hidden" name="look" value="yes" />
        <input type="hidden" name="basedOn" value={terms.lastId} />
        {scope.affiliateId ? <input type="hidden" name="affiliate" value={scope.affiliateId} /> : null}
        {scope.groupId ? <input type="hidden" name="group" value={scope.groupId} /> : null}
        <Part title="From when">
          <Field
            name="from"
            type="date"
            label="First day"
            hint="Begins at midnight UTC. Empty: at once. A day that has begun cannot be named."
            defaultValue={from}
            error={errors.from}
          />
          {scope.kind === 'own'
            ? choice('member_of', 'Group', Object.fromEntries(groups.map(({ id, name }) => [id, name])))
            : null}
        </Part>
        <Earning {...props} />
        <Paying {...props} />
        {scope.kind === 'programme' ? <RuleFields texts={texts} errors={errors} /> : null}
        <Button type="submit">Look at what it would change</Button>
      </form>
    </Card>
  )
}

function Earning(props: TermsFormProps) {
  const { text, choice } = inputsOf(props)
  return (
    <Part title="What is earned">
      {text('rate_bps', 'Rate in percent', 'Of the net, such as 20 or 12.5.', 'decimal')}
      {text('hold_days', 'Hold in days', 'From earned to payable.', 'numeric')}
      {text('duration_months', 'Months that earn', 'A number, or none for life.')}
      {text('earns_from', 'Payments earn from', 'A day such as 2026-01-31.')}
      {text('products', 'Products that earn', 'all, or Stripe’s ids with commas between them.')}
      {choice('on_cancel', termLabels.onCancel, { stop: 'instalments stop', continue: 'instalments go on' })}
      {choice('off_stripe', termLabels.offStripe, { earn: 'earn', ignore: 'earn nothing' })}
      {choice('existing_customers', termLabels.existingCustomers, {
        attribute: 'can become an affiliate’s',
        ignore: 'stays nobody’s',
      })}
    </Part>
  )
}

function Paying(props: TermsFormProps) {
  const { text, choice } = inputsOf(props)
  const isWhole = props.scope.kind === 'programme'
  return (
    <Part title="Codes and payouts">
      {text('discount', 'A new code gives', 'Such as 5% or 10.00usd. Codes that exist stay as they are.')}
      {text('minimum_payout', 'Least that is paid out', 'By currency, such as 50.00usd,40.00gbp.')}
      {isWhole ? choice('payout_day', 'Payouts', payoutDays) : null}
      {isWhole ? choice('join', 'Joining', { instant: 'at once', approval: 'after approval' }) : null}
    </Part>
  )
}

function inputsOf({ scope, texts, errors }: TermsFormProps) {
  const isOwn = scope.kind !== 'programme'
  return {
    text: (name: string, label: string, hint: string, inputMode?: 'decimal' | 'numeric') => (
      <Field
        name={name}
        label={label}
        hint={isOwn ? `${hint} Empty: ${scope.nothing}.` : hint}
        defaultValue={texts[name]}
        error={errors[name]}
        autoComplete="off"
        inputMode={inputMode}
      />
    ),
    choice: (name: string, label: string, options: Readonly<Record<string, string>>) => (
      <Choice
        name={name}
        label={label}
        value={texts[name] ?? ''}
        options={isOwn ? { '': name === 'member_of' ? 'none' : scope.nothing, ...options } : options}
        error={errors[name]}
      />
    ),
  }
}

const payoutDays: Record<string, string> = Object.fromEntries([
  ['by_hand', 'by hand'],
  ...Array.from({ length: 28 }, (_, index) => [String(index + 1), `day ${index + 1} of the month`]),
])

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <fieldset>
      <legend className="mb-4 text-lg font-semibold tracking-tight">{title}</legend>
      <div className="grid items-start gap-x-6 gap-y-5 sm:grid-cols-2">{children}</div>
    </fieldset>
  )
}

import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { withQuery } from '@/app/_components/query'
import { Consequences } from '@/components/consequences'
import { DecisionForm } from '@/components/decision-form'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { exemptAffiliate } from '@/lib/anomalies/exempt-affiliate'
import { seenVerdict } from '@/lib/anomalies/give-verdict'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import type { StandingVerdict } from '@/lib/anomalies/queries'
import type { Person } from '@/lib/auth'
import type { AnomalyRule } from '@/lib/programme/schemas'
import { ruleTitles } from '../../../_components/anomaly-words'
import { tryPreview } from '../../../_components/try-preview'
import { exempt, judge } from '../../actions'
import { PaidAlready } from '../../_components/paid-already'

export const decisions = ['void', 'clear', 'hold', 'lift', 'exempt'] as const
type Decision = (typeof decisions)[number]

interface DecideProps {
  person: Person & { administrator: { role: string } }
  paymentId: string
  customerId: string | null
  affiliate: { id: string; name: string }
  rules: readonly AnomalyRule[]
  verdicts: { payment: StandingVerdict | null; customer: StandingVerdict | null }
  chosen: Decision | undefined
  onCustomer: boolean
}

const words: Record<Decision, { choose: string; confirm: string; means: string }> = {
  void: {
    choose: 'Void',
    confirm: 'Void it',
    means: 'All that is left of the commission is taken back today.',
  },
  clear: {
    choose: 'Clear',
    confirm: 'Clear it',
    means: 'It earns, whatever the rules say; what they held or took is given back on its original days.',
  },
  hold: {
    choose: 'Hold',
    confirm: 'Hold it',
    means: 'The commission stays, and is not paid out until somebody decides.',
  },
  lift: {
    choose: 'Take the verdict back',
    confirm: 'Take it back',
    means: 'The rules count again, as if nobody had said anything.',
  },
  exempt: {
    choose: 'Exempt the affiliate',
    confirm: 'Exempt them',
    means: 'This rule no longer concerns the affiliate, for past payments too.',
  },
}

/** First what may be decided, then what the chosen decision would change, and the form that takes it. */
export async function Decide(props: DecideProps) {
  const { person, paymentId, customerId, verdicts, chosen, onCustomer } = props
  if (person.administrator.role !== 'admin') {
    return (
      <Card>
        <CardTitle>Decide</CardTitle>
        <CardText>Only administrators decide; you see all that they see.</CardText>
      </Card>
    )
  }
  const subject = onCustomer ? 'customer' : 'payment'
  const standing = verdicts[subject]
  const possible = decisions.filter(
    (each) =>
      each !== standing?.decision &&
      (each !== 'lift' || standing) &&
      (each !== 'exempt' || props.rules.length > 0),
  )
  const to = (changes: Record<string, string | null>) =>
    `${withQuery(`/admin/anomalies/${paymentId}`, { decide: chosen, on: onCustomer ? 'customer' : null, ...changes })}#decide`
  return (
    <Card id="decide">
      <CardTitle>Decide</CardTitle>
      {customerId === null ? null : (
        <p className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-[0.9375rem]">
          <Choice href={to({ on: null })} current={!onCustomer}>
            on this payment
          </Choice>
          <Choice href={to({ on: 'customer' })} current={onCustomer}>
            on the customer, with all payments past and to come
          </Choice>
        </p>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        {possible.map((each) => (
          <Button key={each} asChild look={each === chosen ? 'primary' : 'secondary'} size="small">
            <Link href={to({ decide: each })} aria-current={each === chosen ? 'true' : undefined}>
              {words[each].choose}
            </Link>
          </Button>
        ))}
      </div>
      {chosen && possible.includes(chosen) ? (
        <Chosen {...props} chosen={chosen} subject={subject} standing={standing} />
      ) : null}
    </Card>
  )
}

function Choice({ href, current, children }: { href: string; current: boolean; children: string }) {
  return (
    <Link
      href={href}
      aria-current={current ? 'true' : undefined}
      className={current ? 'font-medium underline underline-offset-4' : 'text-muted hover:text-ink'}
    >
      {children}
    </Link>
  )
}

async function Chosen({
  person,
  paymentId,
  customerId,
  affiliate,
  rules,
  chosen,
  subject,
  standing,
}: DecideProps & {
  chosen: Decision
  subject: 'payment' | 'customer'
  standing: StandingVerdict | null
}) {
  const rule = rules[0] ?? 'same_email'
  const about = subject === 'customer' && customerId !== null ? customerId : null
  const reason = 'a preview'
  const tried = await tryPreview(person, async (db) => {
    if (chosen === 'exempt')
      return exemptAffiliate(person, { affiliateId: affiliate.id, rule, exempt: true, reason }, db)
    if (chosen === 'lift')
      return liftVerdict(person, { subject: { kind: subject, id: about ?? paymentId }, reason }, db)
    if (about !== null) return judgeCustomer(person, { customerId: about, decision: chosen, reason }, db)
    return judgePayment(person, { paymentId, decision: chosen, reason }, db)
  })
  if ('problem' in tried) {
    return (
      <Notice tone="bad" className="mt-6">
        {tried.problem}
      </Notice>
    )
  }
  const once = { [onceField]: randomUUID() }
  const shared = { confirm: words[chosen].confirm, danger: chosen === 'void' }
  return (
    <div className="mt-6 space-y-5 border-t border-line pt-5">
      <p className="text-[0.9375rem]">
        {words[chosen].means}
        {chosen === 'exempt' ? ` The rule: ${ruleTitles[rule]}.` : null}
      </p>
      <Consequences preview={tried.preview} />
      {chosen === 'void' ? (
        <PaidAlready person={person} paymentIds={[paymentId]} customerId={about ?? undefined} />
      ) : null}
      {chosen === 'exempt' ? (
        <DecisionForm
          {...shared}
          action={exempt}
          fields={{ ...once, paymentId, affiliateId: affiliate.id, rule }}
        />
      ) : (
        <DecisionForm
          {...shared}
          action={judge}
          fields={{
            ...once,
            paymentId,
            ...(about === null ? {} : { customerId: about }),
            decision: chosen,
            seen: seenVerdict(standing),
          }}
        />
      )}
    </div>
  )
}

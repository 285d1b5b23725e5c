import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { oneOf, withQuery } from '@/app/_components/query'
import { Consequences } from '@/components/consequences'
import { DecisionForm } from '@/components/decision-form'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { seenVerdict } from '@/lib/anomalies/give-verdict'
import { judgePayments, mostAtOnce } from '@/lib/anomalies/judge-payments'
import { listAnomaliesOf, type Anomaly } from '@/lib/anomalies/queries'
import { requireAdministrator, type Person } from '@/lib/auth'
import { AnomalyTable } from '../_components/anomaly-table'
import { PaidAlready } from '../_components/paid-already'
import { tryPreview } from '../../_components/try-preview'
import { judgeTogether } from '../actions'

export const metadata: Metadata = { title: 'Decide together' }

const decisions = ['void', 'clear', 'hold', 'lift'] as const
type Decision = (typeof decisions)[number]

const words: Record<Decision, { choose: string; confirm: string }> = {
  void: { choose: 'Void all', confirm: 'Void all of them' },
  clear: { choose: 'Clear all', confirm: 'Clear all of them' },
  hold: { choose: 'Hold all', confirm: 'Hold all of them' },
  lift: { choose: 'Take the verdicts back', confirm: 'Take the verdicts back' },
}

type Query = Partial<Record<'payment' | 'decide' | 'done', string | string[]>>

/** Several payments, one decision: what is chosen, what it would change, and its reason. */
export default async function TogetherPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const chosen = [...new Set([query.payment ?? []].flat())].slice(0, mostAtOnce)
  const anomalies = await listAnomaliesOf(person, chosen)
  const payments = new Map(anomalies.map((each) => [each.paymentId, each]))
  const decision = oneOf(query.decide, decisions)
  const path = '/admin/anomalies/together'
  const to = (decide: Decision) => `${pathWith(path, [...payments.keys()])}&decide=${decide}#decide`
  const judged = [...payments.values()].some(({ verdict }) => verdict !== null)
  return (
    <>
      <PageHeading
        back={{ href: '/admin/anomalies', label: 'Anomalies' }}
        title="Decide together"
        lead={`${payments.size} ${payments.size === 1 ? 'payment is' : 'payments are'} chosen. One decision, one reason; each can be taken back by itself.`}
      />
      <div className="space-y-6">
        {query.done === 'yes' ? (
          <Notice tone="good">
            Decided. The books follow within seconds.{' '}
            {judged ? (
              <Link href={to('lift')} className="link">
                Undo
              </Link>
            ) : null}
          </Notice>
        ) : null}
        <Card className="py-3 sm:py-4">
          {anomalies.length > 0 ? (
            <AnomalyTable anomalies={anomalies} />
          ) : (
            <Empty title="Nothing is chosen">
              Choose payments in <Link href={withQuery('/admin/anomalies', {})}>the list</Link>.
            </Empty>
          )}
        </Card>
        {payments.size > 0 && person.administrator.role === 'admin' ? (
          <Card id="decide">
            <CardTitle>Decide</CardTitle>
            <div className="mt-4 flex flex-wrap gap-2">
              {decisions
                .filter((each) => each !== 'lift' || judged)
                .map((each) => (
                  <Button key={each} asChild look={each === decision ? 'primary' : 'secondary'} size="small">
                    <Link href={to(each)} aria-current={each === decision ? 'true' : undefined}>
                      {words[each].choose}
                    </Link>
                  </Button>
                ))}
            </div>
            {decision ? <Chosen person={person} payments={payments} decision={decision} /> : null}
          </Card>
        ) : null}
      </div>
    </>
  )
}

function pathWith(path: string, paymentIds: readonly string[]): string {
  return `${path}?${new URLSearchParams(paymentIds.map((id) => ['payment', id]))}`
}

async function Chosen({
  person,
  payments,
  decision,
}: {
  person: Person
  payments: ReadonlyMap<string, Anomaly>
  decision: Decision
}) {
  const paymentIds = [...payments.keys()]
  const seen = [...payments.values()].map(({ paymentId, ownVerdict }) => ({
    paymentId,
    seen: seenVerdict(ownVerdict),
  }))
  const tried = await tryPreview(person, (db) =>
    judgePayments(person, { payments: seen, decision, reason: 'a preview' }, db),
  )
  if ('problem' in tried) {
    return (
      <Notice tone="bad" className="mt-6">
        {tried.problem}
      </Notice>
    )
  }
  return (
    <div className="mt-6 space-y-5 border-t border-line pt-5">
      <Consequences preview={tried.preview} />
      {decision === 'void' ? <PaidAlready person={person} paymentIds={paymentIds} /> : null}
      <CardText>The affiliates see what stands, and nothing of what the rules saw.</CardText>
      <DecisionForm
        action={judgeTogether}
        confirm={words[decision].confirm}
        danger={decision === 'void'}
        fields={{ [onceField]: randomUUID(), decision, payments: JSON.stringify(seen) }}
      />
    </div>
  )
}

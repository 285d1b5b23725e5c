import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { withQuery } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { Consequences } from '@/components/consequences'
import { DecisionForm } from '@/components/decision-form'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import type { AffiliateSummary } from '@/lib/affiliates/queries'
import { reactivateAffiliate } from '@/lib/affiliates/reactivate-affiliate'
import { reopenAffiliate } from '@/lib/affiliates/reopen-affiliate'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import type { Person } from '@/lib/auth'
import { tryPreview } from '../../../_components/try-preview'
import { approve, changeStanding } from '../../actions'

export const changes = ['suspend', 'reactivate', 'close', 'reopen'] as const
type Change = (typeof changes)[number]

const possible: Record<AffiliateSummary['status'], readonly Change[]> = {
  applied: ['close'],
  active: ['suspend', 'close'],
  suspended: ['reactivate', 'close'],
  closed: ['reopen'],
}

const words: Record<Change, { choose: string; means: string }> = {
  suspend: {
    choose: 'Suspend',
    means:
      'From now on what their customers pay earns into held, until they are active again. The code goes on working for customers. What is payable is not paid out meanwhile.',
  },
  reactivate: {
    choose: 'Reactivate',
    means: 'What is held for the suspension alone is released, on its original days.',
  },
  close: {
    choose: 'Close',
    means:
      'Later payments earn nothing. What they had earned is still paid as it falls due, below the minimum too at the last. The code goes on giving its discount at Stripe until it is paused there.',
  },
  reopen: {
    choose: 'Reopen',
    means: 'From now on payments of their customers earn again; what was paid meanwhile does not.',
  },
}

const verbs = {
  suspend: suspendAffiliate,
  reactivate: reactivateAffiliate,
  close: closeAffiliate,
  reopen: reopenAffiliate,
}

/** Taking in an applicant, suspending, closing and the way back, each with what it means in money. */
export async function StandingDecisions({
  person,
  affiliate,
  chosen,
}: {
  person: Person & { administrator: { role: string } }
  affiliate: AffiliateSummary
  chosen: Change | undefined
}) {
  if (person.administrator.role !== 'admin') return null
  const { id, status } = affiliate
  if (status === 'applied' || (status === 'closed' && affiliate.codes.length === 0))
    return <Applicant person={person} affiliate={affiliate} turningDown={chosen === 'close'} />
  const change = chosen && possible[status].includes(chosen) ? chosen : undefined
  return (
    <Card id="standing">
      <CardTitle>Standing</CardTitle>
      <div className="mt-3 flex flex-wrap gap-2">
        {possible[status].map((each) => (
          <Button key={each} asChild size="small" look={each === change ? 'primary' : 'secondary'}>
            <Link
              href={`${withQuery(`/admin/affiliates/${id}`, { decide: each })}#standing`}
              aria-current={each === change ? 'true' : undefined}
            >
              {words[each].choose}
            </Link>
          </Button>
        ))}
      </div>
      {change ? <Chosen person={person} affiliateId={id} change={change} {...words[change]} /> : null}
    </Card>
  )
}

/** Who has never been in: they have no code. */
function Applicant({
  person,
  affiliate: { id, status, displayName, forgotten },
  turningDown,
}: {
  person: Person
  affiliate: AffiliateSummary
  turningDown: boolean
}) {
  if (forgotten) return null
  const waits = status === 'applied'
  return (
    <Card id="standing">
      <CardTitle>{`${displayName} ${waits ? 'has applied' : 'was turned down'}`}</CardTitle>
      <CardText className="mb-4">
        Taken in, they get their code at once and a mail that names it.
        {waits ? null : ' It is not too late for that.'}
      </CardText>
      <div className="flex flex-wrap gap-2">
        <ActionButton action={approve} fields={{ affiliateId: id, [onceField]: randomUUID() }}>
          Take them in
        </ActionButton>
        {waits ? (
          <Button asChild look="secondary">
            <Link href={`${withQuery(`/admin/affiliates/${id}`, { decide: 'close' })}#standing`}>
              Turn them down
            </Link>
          </Button>
        ) : null}
      </div>
      {waits && turningDown ? (
        <Chosen
          person={person}
          affiliateId={id}
          change="close"
          choose="Turn them down"
          means="They get no code. No mail is sent: their portal says so. They may be taken in later."
        />
      ) : null}
    </Card>
  )
}

async function Chosen({
  person,
  affiliateId,
  change,
  choose,
  means,
}: {
  person: Person
  affiliateId: string
  change: Change
  choose: string
  means: string
}) {
  const tried = await tryPreview(person, (db) =>
    verbs[change](person, { affiliateId, reason: 'a preview' }, { db }),
  )
  return (
    <div className="mt-5 space-y-5 border-t border-line pt-5">
      <p className="max-w-prose text-[0.9375rem]">{means}</p>
      {'problem' in tried ? (
        <Notice tone="bad">{tried.problem}</Notice>
      ) : (
        <>
          <Consequences preview={tried.preview} />
          <DecisionForm
            action={changeStanding}
            confirm={choose}
            danger={change === 'suspend' || change === 'close'}
            fields={{ [onceField]: randomUUID(), affiliateId, change }}
          />
        </>
      )}
    </div>
  )
}

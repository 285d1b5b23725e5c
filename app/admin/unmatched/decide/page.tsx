import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { Consequences } from '@/components/consequences'
import { DecisionForm } from '@/components/decision-form'
import { Figure, Figures } from '@/components/figure'
import { PageHeading } from '@/components/page-heading'
import { DayTime, Moment } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { decideUnmatched, type CodeDecision, type UnmatchedCode } from '@/lib/attribution/decide-unmatched'
import { findDecision, type LastDecision } from '@/lib/attribution/decision-queries'
import { listUnmatched } from '@/lib/attribution/queries'
import { requireAdministrator, type Person } from '@/lib/auth'
import { ChooseAffiliate } from '../../_components/choose-affiliate'
import { tryPreview } from '../../_components/try-preview'
import { decide } from '../actions'

export const metadata: Metadata = { title: 'Whose code is it?' }

type Query = Partial<Record<'promotion' | 'coupon' | 'q' | 'as' | 'affiliate', string | string[]>>

export default async function DecidePage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const promotion = one(query.promotion)
  const coupon = one(query.coupon)
  const about = promotion ? { promotionCodeId: promotion } : coupon ? { couponId: coupon } : notFound()
  const last = await findDecision(person, about)
  const kind = oneOf(query.as, kinds)
  const affiliateId = one(query.affiliate)
  const decision = wanted(kind, affiliateId, last)
  const to = (changes: Record<string, string | undefined>) =>
    withQuery('/admin/unmatched/decide', { promotion, coupon, ...changes })
  return (
    <>
      <PageHeading
        back={{ href: '/admin/unmatched', label: 'Unmatched' }}
        title="Whose code is it?"
        lead={<span className="font-mono text-sm break-all">{promotion ?? coupon}</span>}
      />
      <Shown person={person} about={about} />
      {person.administrator.role === 'admin' ? (
        <div className="space-y-6">
          {last ? <Decided last={last} /> : null}
          <Card>
            <CardTitle>An affiliate’s</CardTitle>
            <CardText>
              As if the code had always been theirs: customers who paid with it become theirs.
            </CardText>
            <ChooseAffiliate
              person={person}
              path="/admin/unmatched/decide"
              keep={{ promotion, coupon }}
              search={one(query.q)}
              chosen={affiliateId}
              to={(id) => `${to({ q: one(query.q), as: 'affiliate', affiliate: id })}#consequences`}
            />
          </Card>
          <Choice
            title="The house’s own"
            text="A sale, a newsletter: it earns nobody anything and is asked about no more."
            says={confirms.house}
            href={`${to({ as: 'house' })}#consequences`}
            chosen={kind === 'house'}
          />
          {last && last.kind !== 'open' ? (
            <Choice
              title="Nobody’s yet"
              text="What was decided is taken back: who paid with it is in the unmatched list again."
              says={confirms.open}
              href={`${to({ as: 'open' })}#consequences`}
              chosen={kind === 'open'}
            />
          ) : null}
          {decision ? <Chosen person={person} about={about} decision={decision} /> : null}
        </div>
      ) : (
        <Notice>Only administrators decide; you see all that they see.</Notice>
      )}
    </>
  )
}

const kinds = ['house', 'affiliate', 'open'] as const
const confirms = { house: 'It is the house’s', affiliate: 'It is theirs', open: 'Take it back' }

/** Null: none is chosen, or there is nothing to take back. */
function wanted(
  kind: (typeof kinds)[number] | undefined,
  affiliateId: string | undefined,
  last: LastDecision | null,
): CodeDecision | null {
  const word = { reason: 'a preview', seen: last?.id ?? 0 }
  if (kind === 'affiliate') return affiliateId ? { kind, affiliateId, ...word } : null
  if (kind === 'open') return last && last.kind !== 'open' ? { kind, ...word } : null
  return kind ? { kind, ...word } : null
}

interface ChoiceProps {
  title: string
  text: string
  says: string
  href: string
  chosen: boolean
}

function Choice({ title, text, says, href, chosen }: ChoiceProps) {
  return (
    <Card>
      <CardTitle>{title}</CardTitle>
      <CardText>{text}</CardText>
      <p className="mt-4">
        <Button asChild look={chosen ? 'primary' : 'secondary'} size="small">
          <Link href={href}>{says}</Link>
        </Button>
      </p>
    </Card>
  )
}

/** What customers did with it; nothing where it is decided already. */
async function Shown({ person, about }: { person: Person; about: UnmatchedCode }) {
  const id = 'couponId' in about ? about.couponId : about.promotionCodeId
  const { discounts } = await listUnmatched(person, { search: id, limit: 20 })
  const discount = discounts.find(({ promotionCodeId, couponId }) =>
    'couponId' in about ? couponId === id : promotionCodeId === id,
  )
  if (!discount) return null
  const { code, customers, firstSeenAt, lastSeenAt, sourceId } = discount
  return (
    <Figures className="mb-6 grid-cols-2 md:grid-cols-4">
      <Figure label="The code">{code ?? 'without a text'}</Figure>
      <Figure label="Used by" meaning={<span className="break-all">the last: {sourceId}</span>}>
        {customers} {customers === 1 ? 'customer' : 'customers'}
      </Figure>
      <Figure label="First seen">
        <DayTime value={firstSeenAt.toISOString().slice(0, 10)} />
      </Figure>
      <Figure label="Last seen">
        <DayTime value={lastSeenAt.toISOString().slice(0, 10)} />
      </Figure>
    </Figures>
  )
}

function Decided({ last: { kind, affiliate, reason, decidedBy, decidedAt } }: { last: LastDecision }) {
  const what = { house: 'it is the house’s own', affiliate: 'it is', open: 'it was taken back' }[kind]
  return (
    <Notice>
      On <Moment at={decidedAt} /> {decidedBy} decided: {what}
      {affiliate ? ` ${affiliate.displayName}’s` : null}. “{reason}”
    </Notice>
  )
}

async function Chosen({
  person,
  about,
  decision,
}: {
  person: Person
  about: UnmatchedCode
  decision: CodeDecision
}) {
  const tried = await tryPreview(person, (db) => decideUnmatched(person, about, decision, db))
  if ('problem' in tried) return <Notice tone="bad">{tried.problem}</Notice>
  const { kind } = decision
  return (
    <Card id="consequences">
      <CardTitle className="mb-3">What would change</CardTitle>
      <div className="space-y-5">
        <Consequences preview={tried.preview} />
        <DecisionForm
          action={decide}
          confirm={confirms[kind]}
          fields={{
            [onceField]: randomUUID(),
            ...about,
            kind,
            seen: String(decision.seen ?? 0),
            ...('affiliateId' in decision ? { affiliateId: decision.affiliateId } : {}),
          }}
        />
      </div>
    </Card>
  )
}

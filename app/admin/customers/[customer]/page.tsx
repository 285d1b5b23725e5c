import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { one, withQuery } from '@/app/_components/query'
import { Consequences } from '@/components/consequences'
import { DecisionForm } from '@/components/decision-form'
import { LatestCommissions } from '@/components/latest-commissions'
import { PageHeading } from '@/components/page-heading'
import { DayTime } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { getAffiliate, type AffiliateSummary } from '@/lib/affiliates/queries'
import { attributeByHand } from '@/lib/attribution/attribute-by-hand'
import { findAttribution, type Attribution } from '@/lib/attribution/queries'
import { requireAdministrator, type Person } from '@/lib/auth'
import { isDay } from '@/lib/calendar'
import { listCommissions } from '@/lib/commissions/queries'
import { ChooseAffiliate } from '../../_components/choose-affiliate'
import { tryPreview } from '../../_components/try-preview'
import { Forget } from '../../_components/forget'
import { SettledAnew } from '../../_components/settled-anew'
import { attribute, forget } from '../actions'
import { EvidenceTable } from './_components/evidence-table'

export const metadata: Metadata = { title: 'Customer' }

type Query = Partial<Record<'q' | 'affiliate' | 'since' | 'decide' | 'done', string | string[]>>

export default async function CustomerPage(props: {
  params: Promise<{ customer: string }>
  searchParams: Promise<Query>
}) {
  const person = await requireAdministrator()
  const { customer: customerId } = await props.params
  const query = await props.searchParams
  const attribution = await findAttribution(person, customerId)
  if (attribution === null) notFound()
  const { affiliateId, isGuest } = attribution
  const [latest, owner] = await Promise.all([
    listCommissions(person, { ...(isGuest ? { paymentId: customerId } : { customerId }), limit: 10 }),
    affiliateId === null ? null : getAffiliate(person, affiliateId),
  ])
  const path = `/admin/customers/${customerId}`
  return (
    <>
      <PageHeading
        back={{ href: '/admin/customers', label: 'Customers' }}
        title={isGuest ? 'A guest' : (latest.commissions[0]?.maskedEmail ?? 'A customer')}
        lead={<span className="break-all">{customerId}</span>}
      />
      <div className="space-y-6">
        {one(query.done) === 'forgotten' ? (
          <Notice tone="good">
            Forgotten. Their name and address are in no table and no payload any more.
          </Notice>
        ) : one(query.done) ? (
          <SettledAnew person={person} what="Their payments are" />
        ) : null}
        <Owner attribution={attribution} owner={owner} />
        <LatestCommissions
          title="Payments"
          commissions={latest.commissions}
          base="/admin/commissions"
          all={latest.nextCursor ? withQuery('/admin/commissions', { customer: customerId }) : null}
          none={{ title: 'No payment yet', text: 'The first one stands here within seconds.' }}
          showAffiliate
        />
        {person.administrator.role === 'admin' ? (
          <Card id="by-hand">
            <CardTitle>Attribute by hand</CardTitle>
            <CardText>Your word beats all other evidence, and the last word beats those before.</CardText>
            <ChooseAffiliate
              person={person}
              path={path}
              keep={{ since: one(query.since) }}
              search={one(query.q)}
              chosen={one(query.affiliate)}
              to={(id) =>
                `${withQuery(path, { q: one(query.q), since: one(query.since), affiliate: id })}#by-hand`
              }
            />
            <Chosen person={person} attribution={attribution} query={query} path={path} />
          </Card>
        ) : null}
        {person.administrator.role === 'admin' ? (
          <ForgetCustomer customerId={customerId} path={path} asked={one(query.decide) === 'forget'} />
        ) : null}
      </div>
    </>
  )
}

function ForgetCustomer({ customerId, path, asked }: { customerId: string; path: string; asked: boolean }) {
  return (
    <Forget
      action={forget}
      fields={{ customerId }}
      href={`${withQuery(path, { decide: 'forget' })}#forget`}
      asked={asked}
      gone={[
        'Name and address, also the masked one that their affiliate sees',
        'The bodies of Stripe’s events about them',
        'Reasons and sentences that name them: they then say [forgotten]',
      ]}
      stays={[
        'Every payment, line and sum, under Stripe’s ids',
        'Whose customer they are, and what they earn from now on',
        'What Stripe knows of them',
      ]}
      first="Forget them at Stripe first. What Stripe still tells of them comes in again; forgetting them once more takes it out again."
    />
  )
}

async function Chosen({
  person,
  attribution: { customerId, isGuest, standing },
  query,
  path,
}: {
  person: Person
  attribution: Attribution
  query: Query
  path: string
}) {
  const affiliateId = one(query.affiliate)
  if (affiliateId === undefined) return null
  const typed = one(query.since)
  const since = typed !== undefined && isDay(typed) ? typed : undefined
  const word = { customerId, affiliateId, since, reason: 'a preview' }
  const tried = await tryPreview(person, (db) => attributeByHand(person, word, db))
  return (
    <div className="mt-6 space-y-5 border-t border-line pt-5">
      {isGuest ? null : (
        <form action={path} className="flex max-w-md items-end gap-2">
          <input type="hidden" name="affiliate" value={affiliateId} />
          <Field
            name="since"
            type="date"
            label="From which day (empty: their first payment)"
            defaultValue={since}
            error={typed !== undefined && since === undefined ? 'This is not a day.' : undefined}
            className="flex-1"
          />
          <Button type="submit" look="secondary">
            Look again
          </Button>
        </form>
      )}
      {'problem' in tried ? (
        <Notice tone="bad">{tried.problem}</Notice>
      ) : (
        <>
          <Consequences preview={tried.preview} />
          <DecisionForm
            action={attribute}
            confirm="Attribute"
            fields={{
              [onceField]: randomUUID(),
              customerId,
              affiliateId,
              seen: standing,
              ...(since === undefined ? {} : { since }),
            }}
          />
        </>
      )}
    </div>
  )
}

function Owner({ attribution, owner }: { attribution: Attribution; owner: AffiliateSummary | null }) {
  const { since, evidence, conflicts } = attribution
  return (
    <Card>
      <CardTitle>Whose customer</CardTitle>
      {owner === null ? (
        <CardText>Nobody’s: no evidence names an affiliate.</CardText>
      ) : (
        <p className="mt-1">
          <Link href={`/admin/affiliates/${owner.id}`} className="font-medium hover:text-accent">
            {owner.displayName}
          </Link>
          {since ? (
            <>
              , since <DayTime value={since.toISOString().slice(0, 10)} />
            </>
          ) : null}
          {attribution.isGuest ? '.' : ', for life.'}
        </p>
      )}
      {conflicts.length > 0 ? (
        <CardText className="mt-1">
          Other evidence names somebody else; it stands below and moves nobody.
        </CardText>
      ) : null}
      {evidence.length > 0 ? <EvidenceTable evidence={evidence} owner={attribution.affiliateId} /> : null}
    </Card>
  )
}

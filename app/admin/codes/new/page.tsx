import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import { programmeFacts } from '@/app/_components/programme'
import { one, withQuery } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { getAffiliate } from '@/lib/affiliates/queries'
import { requireAdministrator, type Person } from '@/lib/auth'
import { ChooseAffiliate } from '../../_components/choose-affiliate'
import { findOrNone } from '../_components/find-or-none'
import { NewCodeForm } from '../_components/new-code-form'
import { create } from '../actions'

export const metadata: Metadata = { title: 'A further code' }

type Query = Partial<Record<'affiliate' | 'q', string | string[]>>

export default async function NewCodePage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const affiliateId = one(query.affiliate)
  return (
    <>
      <PageHeading
        back={{ href: '/admin/codes', label: 'Codes' }}
        title="A further code"
        lead="For another channel, a season, another discount: it counts for the affiliate like their first one."
      />
      {person.administrator.role === 'admin' ? (
        <div className="space-y-6">
          <Card>
            <CardTitle>Whose</CardTitle>
            <ChooseAffiliate
              person={person}
              path="/admin/codes/new"
              keep={{}}
              search={one(query.q)}
              chosen={affiliateId}
              to={(id) => `${withQuery('/admin/codes/new', { q: one(query.q), affiliate: id })}#the-code`}
            />
          </Card>
          {affiliateId ? <TheCode person={person} affiliateId={affiliateId} /> : null}
        </div>
      ) : (
        <Notice>Only administrators make codes; you see all that they see.</Notice>
      )}
    </>
  )
}

async function TheCode({ person, affiliateId }: { person: Person; affiliateId: string }) {
  const [affiliate, programme] = await Promise.all([
    findOrNone(getAffiliate(person, affiliateId)),
    programmeFacts(),
  ])
  if (!affiliate || !programme) return <Notice tone="bad">There is no such affiliate.</Notice>
  return (
    <Card id="the-code">
      <CardTitle>The code for {affiliate.displayName}</CardTitle>
      <CardText className="mb-5">
        {affiliate.codes.length > 0
          ? `They have ${affiliate.codes.map(({ code }) => code).join(', ')}.`
          : 'They have none yet.'}
      </CardText>
      <NewCodeForm action={create} fields={{ affiliateId, [onceField]: randomUUID() }} today={programme.on} />
    </Card>
  )
}

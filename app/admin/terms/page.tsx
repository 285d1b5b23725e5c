import type { Metadata } from 'next'
import Link from 'next/link'
import { findTerms } from '@/app/_components/find-terms'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { one } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { plainTerms, termLabels, termText } from '@/lib/programme/terms-words'
import { Button } from '@/components/ui/button'
import { Card, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { requireAdministrator } from '@/lib/auth'
import { anomalyRules } from '@/lib/programme/schemas'
import { getTermsOfScope, listGroups, type TermsOfScope } from '@/lib/programme/terms-queries'
import { ruleTitles } from '../_components/anomaly-words'
import { Groups } from './_components/groups'
import { History } from './_components/history'
import { Members } from './_components/members'
import { scopeOf, type ShownScope } from './_components/scope'
import { ruleText } from './_components/words'

export const metadata: Metadata = { title: 'Terms' }

type Query = Partial<Record<'group' | 'affiliate' | 'done', string | string[]>>

export default async function TermsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  if (!(await findTerms())) return <NotSetUpNote />
  const query = await searchParams
  const scope = await scopeOf(person, query)
  const [terms, groups] = await Promise.all([getTermsOfScope(person, scope), listGroups(person)])
  const mayChange = person.administrator.role === 'admin'
  const groupName = (id: string) => groups.find((group) => group.id === id)?.name ?? id
  return (
    <>
      <PageHeading
        {...(scope.back && { back: scope.back })}
        title={scope.title}
        lead={leads[scope.kind]}
        aside={
          mayChange ? (
            <Button asChild>
              <Link href={scope.at('/admin/terms/change')}>Change the terms</Link>
            </Button>
          ) : null
        }
      />
      <div className="space-y-6">
        {one(query.done) ? (
          <Notice tone="good">Written down. Nothing that was paid before changes.</Notice>
        ) : null}
        <InForce scope={scope} terms={terms} groupName={groupName} />
        {scope.group ? <Members group={scope.group} /> : null}
        {scope.kind === 'programme' ? <Groups groups={groups} mayAdd={mayChange} /> : null}
        <History versions={terms.versions} nothing={scope.nothing} groupName={groupName} />
      </div>
    </>
  )
}

const leads = {
  programme:
    'A payment is judged by the terms of the second in which it was made. A change counts from then on, never before.',
  group: 'What this group has of its own; everything else is as the programme’s.',
  own: 'What stands here goes before the group’s terms, and those before the programme’s.',
}

function InForce({
  scope,
  terms,
  groupName,
}: {
  scope: ShownScope
  terms: TermsOfScope
  groupName: (id: string) => string
}) {
  const { inForce, values } = terms
  return (
    <Card>
      <CardTitle className="mb-3">In force now</CardTitle>
      <dl className="grid gap-x-10 sm:grid-cols-2">
        {values.group ? <Term label="Group" text={groupName(values.group)} own /> : null}
        {plainTerms.map((key) => (
          <Term
            key={key}
            label={termLabels[key]}
            text={termText(key, inForce) ?? '—'}
            own={scope.kind !== 'programme' && key in values}
          />
        ))}
      </dl>
      {scope.kind === 'programme' ? (
        <details className="mt-4">
          <summary className="link w-fit text-[0.9375rem]">Rules about anomalies</summary>
          <dl className="mt-2 grid gap-x-10 sm:grid-cols-2">
            {anomalyRules.map((rule) => (
              <Term key={rule} label={ruleTitles[rule]} text={ruleText(inForce.anomalies, rule)} />
            ))}
          </dl>
        </details>
      ) : null}
    </Card>
  )
}

function Term({ label, text, own = false }: { label: string; text: string; own?: boolean }) {
  return (
    <div className="flex min-w-0 justify-between gap-6 border-b border-line py-2.5 text-[0.9375rem]">
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 text-right font-medium">
        {text}
        {own ? <span className="block text-sm font-normal text-accent">of their own</span> : null}
      </dd>
    </div>
  )
}

import type { Metadata } from 'next'
import { findTerms } from '@/app/_components/find-terms'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { one } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { Notice } from '@/components/ui/notice'
import { requireAdministrator } from '@/lib/auth'
import { TributaryError } from '@/lib/errors'
import { beginning } from '@/lib/programme/beginning'
import { changesOf, readTermsTexts, termsInputs, termsTexts } from '@/lib/programme/terms-form'
import { getTermsOfScope, listGroups } from '@/lib/programme/terms-queries'
import { scopeOf } from '../_components/scope'
import { Look } from './look'
import { TermsForm } from './terms-form'

export const metadata: Metadata = { title: 'Change the terms' }

type Query = Record<string, string | string[] | undefined>

export default async function ChangeTermsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  if (!(await findTerms())) return <NotSetUpNote />
  const query = await searchParams
  const scope = await scopeOf(person, query)
  const [terms, groups] = await Promise.all([getTermsOfScope(person, scope), listGroups(person)])
  const heading = (
    <PageHeading
      back={{ href: scope.at('/admin/terms'), label: scope.title }}
      title="Change the terms"
      lead="First look at what it would have changed, then decide. What was paid before stays as it is."
    />
  )
  if (person.administrator.role !== 'admin') {
    return (
      <>
        {heading}
        <Notice>Only administrators change terms; you see all that they see.</Notice>
      </>
    )
  }
  const looking = one(query.look) !== undefined
  const inputs = termsInputs(scope.kind)
  const texts = looking
    ? Object.fromEntries(inputs.map((name) => [name, one(query[name]) ?? '']))
    : termsTexts(terms.values)
  const { values, errors } = looking ? readTermsTexts(texts, scope.kind) : { values: {}, errors: {} }
  const from = one(query.from) ?? ''
  const problem = looking ? problemWith(from, terms.now) : null
  const wrong = { ...errors, ...(problem && { from: problem }) }
  const isStale = looking && one(query.basedOn) !== String(terms.lastId)
  const changes = changesOf(terms.values, values)
  return (
    <>
      {heading}
      <div className="space-y-6">
        {isStale ? (
          <Notice tone="bad">
            Somebody else has changed these terms since you opened them. Look at them again.
          </Notice>
        ) : null}
        {Object.keys(wrong).length > 0 ? (
          <Notice tone="bad">Nothing is changed yet: see what is wanted at the marked fields.</Notice>
        ) : null}
        {looking && !isStale && Object.keys(wrong).length === 0 ? (
          <Look person={person} scope={scope} changes={changes} terms={terms} from={from} groups={groups} />
        ) : null}
        <TermsForm scope={scope} texts={texts} errors={wrong} from={from} terms={terms} groups={groups} />
      </div>
    </>
  )
}

function problemWith(from: string, now: Date): string | null {
  try {
    beginning(from === '' ? undefined : from, now)
    return null
  } catch (error) {
    if (error instanceof TributaryError) return error.message
    throw error
  }
}

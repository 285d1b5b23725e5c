import type { Metadata } from 'next'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
import { rulesOf } from '@/app/_components/terms-rules'
import { UpcomingTermsNote } from '@/app/_components/upcoming-terms'
import { PageHeading } from '@/components/page-heading'
import { readersLocale } from '@/components/reader'
import { Card, CardTitle } from '@/components/ui/card'
import { getTermsOf, listUpcomingTermsOf } from '@/lib/programme/queries'
import { plainTerms, termLabels, termText } from '@/lib/programme/terms-words'
import { requireReader } from '../_components/require-reader'

export const metadata: Metadata = { title: 'Terms' }

export default async function TermsPage() {
  const person = await requireReader('/portal/terms')
  const { affiliateId } = person
  if (!(await programmeFacts())) return <NotSetUpNote />
  const [terms, upcoming] = await Promise.all([
    getTermsOf(person, affiliateId),
    listUpcomingTermsOf(person, affiliateId),
  ])
  const locale = readersLocale()
  return (
    <>
      <PageHeading
        title="Your terms"
        lead="A payment is judged by the terms of the second in which it was made. A change counts from then on, never before."
      />
      <div className="space-y-6">
        <UpcomingTermsNote upcoming={upcoming} />
        <Card>
          <CardTitle className="mb-3">In force now</CardTitle>
          <dl className="grid gap-x-10 sm:grid-cols-2">
            {plainTerms
              .filter((key) => key !== 'join')
              .map((key) => (
                <div
                  key={key}
                  className="flex min-w-0 justify-between gap-6 border-b border-line py-2.5 text-[0.9375rem]"
                >
                  <dt className="text-muted">{termLabels[key]}</dt>
                  <dd className="min-w-0 text-right font-medium">{termText(key, terms, locale)}</dd>
                </div>
              ))}
          </dl>
        </Card>
        <Card>
          <div className="grid gap-x-10 gap-y-8 lg:grid-cols-3">
            {rulesOf(terms).map(({ title, items }) => (
              <section key={title}>
                <CardTitle className="mb-3">{title}</CardTitle>
                <ul className="space-y-3 text-[0.9375rem] text-muted">
                  {items.map((item) => (
                    <li key={item}>{item}</li>
                  ))}
                </ul>
              </section>
            ))}
          </div>
        </Card>
      </div>
    </>
  )
}

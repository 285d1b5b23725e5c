import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { findTerms } from '@/app/_components/find-terms'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
import { Card } from '@/components/ui/card'
import { currentActor, homeOf } from '@/lib/auth'
import { showsMail } from '@/lib/mail/queries'
import { factsOf } from '../_components/terms-facts'
import { join } from './actions'
import { JoinForm } from './join-form'

export const metadata: Metadata = { title: 'Join' }

export default async function JoinPage() {
  const [person, programme, inForce, mailShown] = await Promise.all([
    currentActor(),
    programmeFacts(),
    findTerms(),
    showsMail(),
  ])
  if (person && homeOf(person) !== '/') redirect(homeOf(person))
  if (!programme || !inForce) return <NotSetUpNote />
  const { terms, termsId } = inForce
  return (
    <div className="mx-auto grid max-w-5xl gap-10 px-4 py-10 sm:px-6 sm:py-16 lg:grid-cols-[minmax(0,6fr)_minmax(0,5fr)] lg:gap-16">
      <div>
        <h1 className="text-[2rem] leading-tight font-semibold tracking-[-0.025em]">Get your code</h1>
        <p className="mt-2 mb-8 text-muted">
          {terms.join === 'instant'
            ? 'It takes a minute, and the code works at once.'
            : 'Somebody looks at every application; then your code works at once.'}{' '}
          Here already?{' '}
          <Link href="/sign-in" className="link">
            Sign in
          </Link>
          .
        </p>
        <JoinForm
          action={join}
          discount={terms.discount}
          termsId={termsId}
          programmeName={programme.name}
          readOn={programme.on}
          showsMail={mailShown}
        />
      </div>
      <aside aria-labelledby="terms-heading">
        <Card className="lg:sticky lg:top-8">
          <h2 id="terms-heading" className="font-semibold tracking-tight">
            The terms you join on
          </h2>
          <dl className="mt-4 divide-y divide-line">
            {factsOf(terms).map(({ term, value, meaning }) => (
              <div key={term} className="py-3 last:pb-0">
                <div className="flex items-baseline justify-between gap-4">
                  <dt className="text-[0.9375rem]">{term}</dt>
                  <dd className="figures font-semibold">{value}</dd>
                </div>
                <p className="mt-0.5 text-sm text-muted">{meaning}</p>
              </div>
            ))}
          </dl>
        </Card>
      </aside>
    </div>
  )
}

import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { findTerms } from '@/app/_components/find-terms'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
import { dayText } from '@/components/time'
import { Card } from '@/components/ui/card'
import { currentActor, homeOf } from '@/lib/auth'
import { showsMail } from '@/lib/mail/queries'
import { factsOf } from '../_components/terms-facts'
import { rulesOf } from '../../_components/terms-rules'
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
  const { terms, termsId, inForceSince } = inForce
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
          datedOn={inForceSince ?? programme.on}
          showsMail={mailShown}
        />
      </div>
      <aside aria-labelledby="terms-heading">
        <Card>
          <h2 id="terms-heading" className="font-semibold tracking-tight">
            The terms you join on{inForceSince ? `, in force since ${dayText(inForceSince)}` : ''}
          </h2>
          <dl className="mt-4 divide-y divide-line">
            {factsOf(terms).map(({ term, value, meaning }) => (
              <div
                key={term}
                className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 py-3 last:pb-0"
              >
                <dt className="text-[0.9375rem]">{term}</dt>
                <dd className="figures font-semibold">{value}</dd>
                <dd className="col-span-2 mt-0.5 text-sm text-muted">{meaning}</dd>
              </div>
            ))}
          </dl>
          <div className="mt-4 space-y-4 border-t border-line pt-4 text-sm">
            {rulesOf(terms).map(({ title, items }) => (
              <div key={title}>
                <h3 className="font-medium">{title}</h3>
                <ul className="mt-1 space-y-1.5 text-muted">
                  {items.map((item) => (
                    <li key={item}>{item}</li>
                  ))}
                </ul>
              </div>
            ))}
          </div>
        </Card>
      </aside>
    </div>
  )
}

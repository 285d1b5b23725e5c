import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { currentActor, homeOf, safePath } from '@/lib/auth'
import { showsMail } from '@/lib/mail/queries'
import { requestLink } from './actions'
import { SignInForm } from './sign-in-form'

export const metadata: Metadata = { title: 'Sign in' }

type Query = { next?: string | string[]; error?: string | string[]; 'signed-out'?: string | string[] }

export default async function SignInPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams
  const next = safePath(query.next, '')
  const person = await currentActor()
  if (person) redirect(next || homeOf(person))
  const said = sentence(query)
  return (
    <div className="mx-auto w-full max-w-md px-4 py-16 sm:py-24">
      <Card>
        <h1 className="text-xl font-semibold tracking-tight">Sign in</h1>
        <p className="mt-1 mb-6 text-[0.9375rem] text-muted">
          There is no password: we e-mail you a link that signs you in.
        </p>
        {said ? (
          <Notice tone={query.error ? 'bad' : 'plain'} className="mb-5">
            {said}
          </Notice>
        ) : null}
        <SignInForm action={requestLink} next={next} showsMail={await showsMail()} />
      </Card>
    </div>
  )
}

function sentence(query: Query): string | null {
  switch (query.error) {
    case undefined:
      return query['signed-out'] ? 'You are signed out.' : null
    case 'Verification':
      return 'This link has been used already or is older than 24 hours. Ask for a new one.'
    case 'AccessDenied':
      return 'Nobody with this address may sign in any more.'
    default:
      return 'That did not work on our side. Ask for a new link.'
  }
}

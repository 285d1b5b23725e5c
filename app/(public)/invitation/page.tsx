import type { Metadata } from 'next'
import { programmeFacts } from '@/app/_components/programme'
import { one } from '@/app/_components/query'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { findInvitation } from '@/lib/administrators/accept-invitation'
import { roleWords } from '@/lib/administrators/rules'
import { wallNow } from '@/lib/clock'

/** The address holds a key: no other site is told it. */
export const metadata: Metadata = {
  title: 'Invitation',
  referrer: 'same-origin',
  robots: { index: false, follow: false },
}

/** Where an invitation leads. Opening it does nothing yet, since mail scanners open every link; the button accepts. */
export default async function InvitationPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>
}) {
  const token = one((await searchParams).token) ?? ''
  const [invitation, programme] = await Promise.all([findInvitation(token, wallNow()), programmeFacts()])
  return (
    <div className="mx-auto w-full max-w-md px-4 py-16 sm:py-24">
      <Card>
        <h1 className="mb-5 text-xl font-semibold tracking-tight">
          {programme ? `The console of ${programme.name}` : 'The console'}
        </h1>
        {invitation ? (
          <form method="post" action="/invitation/accept" className="space-y-5">
            <p className="text-[0.9375rem] text-muted">
              You are invited as{' '}
              <strong className="font-medium wrap-anywhere text-ink">{invitation.email}</strong>. There you
              may {roleWords[invitation.role]}.
            </p>
            <p className="text-[0.9375rem] text-muted">
              Next comes a second factor: have an authenticator app at hand.
            </p>
            <input type="hidden" name="token" value={token} />
            <Button type="submit" className="w-full">
              Accept and sign in
            </Button>
          </form>
        ) : (
          <Notice tone="bad">
            This invitation is good for nothing any more: it was accepted, taken back, sent anew, or has run
            out. Ask whoever invited you for another.
          </Notice>
        )}
      </Card>
    </div>
  )
}

import type { Metadata } from 'next'
import Link from 'next/link'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { signInLinkSchema } from '@/lib/auth/complete-sign-in'

/** The address holds a key: no other site is told it. (With `no-referrer` the form's Origin would be `null`.) */
export const metadata: Metadata = {
  title: 'Sign in',
  referrer: 'same-origin',
  robots: { index: false, follow: false },
}

/** Where a link leads. Opening it does nothing yet, since mail scanners open every link; the button signs in. */
export default async function ConfirmPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const link = signInLinkSchema.safeParse(await searchParams)
  return (
    <div className="mx-auto w-full max-w-md px-4 py-16 sm:py-24">
      <Card>
        <h1 className="mb-5 text-xl font-semibold tracking-tight">Sign in</h1>
        {link.success ? <Confirm {...link.data} /> : <Incomplete />}
      </Card>
    </div>
  )
}

function Confirm({ token, email, next }: { token: string; email: string; next: string }) {
  return (
    <form method="post" action="/api/auth/callback/email" className="space-y-5">
      <p className="text-[0.9375rem] text-muted">
        You are about to sign in as <strong className="font-medium wrap-anywhere text-ink">{email}</strong>.
      </p>
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="email" value={email} />
      <input type="hidden" name="next" value={next} />
      <Button type="submit" className="w-full">
        Sign in
      </Button>
    </form>
  )
}

function Incomplete() {
  return (
    <>
      <Notice tone="bad">This link is not complete. Copy it whole, or ask for a new one.</Notice>
      <Button asChild look="secondary" className="mt-5 w-full">
        <Link href="/sign-in">Ask for a new link</Link>
      </Button>
    </>
  )
}

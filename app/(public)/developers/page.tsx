import type { Metadata } from 'next'
import Link from 'next/link'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
import { Button } from '@/components/ui/button'
import { PageHeading } from '@/components/page-heading'
import { publicUrl } from '@/lib/env'
import { Snippet } from './_components/snippet'
import { ways } from './_components/ways'

export const metadata: Metadata = { title: 'For developers' }

export default async function DevelopersPage() {
  const programme = await programmeFacts()
  if (!programme) return <NotSetUpNote />
  return (
    <div className="mx-auto max-w-4xl px-4 py-10 sm:px-6 sm:py-14">
      <PageHeading
        title="For developers"
        lead={`How a code or a link gets from ${programme.name}’s pricing page into Stripe Checkout. All else is read from Stripe’s events: there is nothing to install and no call to make.`}
      />
      <div className="space-y-12">
        <TheLink base={publicUrl()} />
        {ways.map(({ way, title, text, code }) => (
          <section key={way} aria-labelledby={`way-${way}`} className="space-y-4">
            <h2 id={`way-${way}`} className="text-lg font-semibold tracking-tight">
              {title}
            </h2>
            <p className="max-w-2xl text-muted">{text}</p>
            <Snippet name={title} code={code} />
          </section>
        ))}
        <OtherPlaces />
        {programme.booksMode === 'sandbox' ? <TryIt /> : null}
      </div>
    </div>
  )
}

function TheLink({ base }: { base: string }) {
  return (
    <section aria-labelledby="link" className="space-y-4">
      <h2 id="link" className="text-lg font-semibold tracking-tight">
        What a link brings
      </h2>
      <p className="max-w-2xl text-muted">
        An affiliate’s link leads to a page of yours that the programme allows, with two parameters. Carry
        both to where Checkout is opened. Where a code is paused,{' '}
        <code className="font-mono text-ink">code</code> is left out, so that it never breaks a Checkout.
      </p>
      <Snippet
        name="A link, and where it leads"
        code={`${base}/r/AHMET5/newsletter
→ https://your-product.example/pricing?code=AHMET5&ref=AHMET5_newsletter

code   the promotion code, for the discount
ref    for client_reference_id, as it is`}
      />
    </section>
  )
}

function OtherPlaces() {
  return (
    <section aria-labelledby="elsewhere" className="space-y-4">
      <h2 id="elsewhere" className="text-lg font-semibold tracking-tight">
        Without code of your own
      </h2>
      <p className="max-w-2xl text-muted">
        Payment links take both parameters under Stripe’s names. And where you create subscriptions or
        customers yourself, metadata does the same.
      </p>
      <Snippet
        name="Payment links and metadata"
        code={`https://buy.stripe.com/…?prefilled_promo_code=AHMET5&client_reference_id=AHMET5_newsletter

metadata: { affiliate_code: 'AHMET5' }   // on a session, subscription or customer`}
      />
    </section>
  )
}

function TryIt() {
  return (
    <section className="flex flex-wrap items-center justify-between gap-6 rounded-2xl border border-accent-line bg-accent-soft p-6 sm:p-8">
      <div className="max-w-xl">
        <h2 className="text-xl font-semibold tracking-tight">See it proved</h2>
        <p className="mt-1 text-muted">
          These are sandbox books: buy in each of the four ways and see whose customer it becomes.
        </p>
      </div>
      <Button asChild size="large">
        <Link href="/sandbox/try">Make a test purchase</Link>
      </Button>
    </section>
  )
}

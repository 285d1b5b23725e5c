import type { Metadata } from 'next'
import { programmeFacts } from '@/app/_components/programme'
import { ActionButton } from '@/components/action-button'
import { PageHeading } from '@/components/page-heading'
import { Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { currentSessionToken, freshMinutes, isFreshSignIn } from '@/lib/auth'
import { getPayoutDetails, type PayoutDetailsDto } from '@/lib/payouts/details-queries'
import { SmallForm } from '../../settings/small-form'
import { askForLink, connect, lookAtStripe, saveDetails } from './actions'
import { DetailsForm } from './details-form'
import { requireReader } from '../../_components/require-reader'

export const metadata: Metadata = { title: 'Payout details' }

export default async function DetailsPage({
  searchParams,
}: {
  searchParams: Promise<{ link?: string | string[] }>
}) {
  const person = await requireReader('/portal/payouts/details')
  const [programme, { current, stripe }, fresh, { link }] = await Promise.all([
    programmeFacts(),
    getPayoutDetails(person, person.affiliateId),
    currentSessionToken().then((token) => person.kind === 'person' && isFreshSignIn(person, token)),
    searchParams,
  ])
  return (
    <>
      <PageHeading
        back={{ href: '/portal/payouts', label: 'Payouts' }}
        title="Where payouts go"
        lead={
          current
            ? 'After a change payouts wait for three days, and the address you had is told.'
            : 'The first time nothing has to wait.'
        }
      />
      <div className="max-w-2xl space-y-6">
        {current?.pausedUntil ? (
          <Notice tone="wait">
            Changed a short while ago: payouts wait until <Moment at={current.pausedUntil} />.
          </Notice>
        ) : null}
        {/* The stand-in for Stripe has no pages of its own to go on to. */}
        {fresh && current?.details.method !== 'stripe' && programme?.booksMode !== 'sandbox' ? (
          <ByStripe account={stripe} />
        ) : null}
        {fresh ? (
          <Card>
            <CardTitle className="mb-5">{current ? `Now: ${current.masked}` : 'Where to'}</CardTitle>
            <DetailsForm
              action={saveDetails}
              once={crypto.randomUUID()}
              now={
                current && current.details.method !== 'stripe'
                  ? { method: current.details.method, ...current.details.destination }
                  : null
              }
            />
          </Card>
        ) : (
          <Card>
            <CardTitle>Sign in once more</CardTitle>
            <CardText className="mb-5">
              Where money goes is changed only within {freshMinutes} minutes of signing in.{' '}
              {current ? `Payouts go to ${current.masked} now.` : ''}
            </CardText>
            {link === 'sent' ? (
              <Notice tone="good" className="mb-5">
                A link is on its way to {person.email}. It leads back here.
              </Notice>
            ) : null}
            <ActionButton action={askForLink} fields={{}}>
              {link === 'sent' ? 'Send another' : 'Send me a link'}
            </ActionButton>
          </Card>
        )}
      </div>
    </>
  )
}

function ByStripe({ account }: { account: PayoutDetailsDto['stripe'] }) {
  return (
    <Card>
      <CardTitle>To your bank account, by Stripe</CardTitle>
      <CardText className="mb-5">
        Stripe asks for the account and checks who you are; nothing of it is kept here.
        {account ? ' You have begun: Stripe has not said yet that it can pay you.' : ''}
      </CardText>
      <SmallForm
        action={connect}
        once={crypto.randomUUID()}
        confirm={account ? 'Go on at Stripe' : 'Begin at Stripe'}
        field={{
          name: 'country',
          label: 'Country of the account',
          autoComplete: 'country',
          maxLength: 2,
          hint: 'Its two letters, such as DE or TR.',
        }}
      />
      {account ? (
        <div className="mt-4">
          <ActionButton action={lookAtStripe} fields={{}} look="secondary" size="small">
            See whether it is ready
          </ActionButton>
        </div>
      ) : null}
    </Card>
  )
}

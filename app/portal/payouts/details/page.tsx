import type { Metadata } from 'next'
import { ActionButton } from '@/components/action-button'
import { PageHeading } from '@/components/page-heading'
import { Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { currentSessionToken, freshMinutes, isFreshSignIn, requireAffiliatePerson } from '@/lib/auth'
import { getPayoutDetails } from '@/lib/payouts/details-queries'
import { askForLink, saveDetails } from './actions'
import { DetailsForm } from './details-form'

export const metadata: Metadata = { title: 'Payout details' }

export default async function DetailsPage({
  searchParams,
}: {
  searchParams: Promise<{ link?: string | string[] }>
}) {
  const person = await requireAffiliatePerson('/portal/payouts/details')
  const [{ current }, fresh, { link }] = await Promise.all([
    getPayoutDetails(person, person.affiliateId),
    currentSessionToken().then((token) => isFreshSignIn(person, token)),
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

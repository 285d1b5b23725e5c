import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { PageHeading } from '@/components/page-heading'
import { Moment } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { requireAdministrator } from '@/lib/auth'
import type { Permission } from '@/lib/setup/check-key'
import { termLabels, termText } from '@/lib/programme/terms-words'
import { stillMissing, type Missing } from '@/lib/setup/missing'
import { getSetUp, type SetUp } from '@/lib/setup/queries'
import { make, name, prove } from './actions'
import { NameForm } from './name-form'
import { MakeWebhook, ProveWebhook } from './webhook-forms'

const shownTerms = ['rateBps', 'discount', 'holdDays', 'earnsFrom'] as const

export const metadata: Metadata = { title: 'Setting up' }

export default async function SetUpPage() {
  const person = await requireAdministrator('admin')
  const setUp = await getSetUp(person)
  return (
    <>
      <PageHeading
        title="Setting up"
        lead="What is there and what is still missing. Stripe is asked anew each time this page is opened."
      />
      <div className="space-y-6">
        <StillMissing missing={stillMissing(setUp)} />
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <Programme setUp={setUp} />
          <div className="space-y-6">
            <Webhook setUp={setUp} />
            <StripeKey setUp={setUp} />
          </div>
        </div>
      </div>
    </>
  )
}

function StillMissing({ missing }: { missing: readonly Missing[] }) {
  if (missing.length === 0)
    return <Notice tone="good">Nothing is missing: what is paid is settled as it comes.</Notice>
  return (
    <Notice tone="wait">
      <p className="font-medium">
        {missing.length === 1 ? 'One thing is still missing' : `${missing.length} things are still missing`}
      </p>
      <ul className="mt-2 grid gap-x-8 gap-y-1 sm:grid-cols-2">
        {missing.map(({ what, part }) => (
          <li key={what}>
            <a href={`#${part}`} className="underline underline-offset-2">
              {what}
            </a>
          </li>
        ))}
      </ul>
    </Notice>
  )
}

const kinds = { sandbox: 'the built-in sandbox', test: 'Stripe’s test mode', live: 'live money' }

function StripeKey({ setUp: { permissions, booksMode, stripeAccountId } }: { setUp: SetUp }) {
  const isMute = permissions.every(({ granted }) => granted === null)
  const isWhole = permissions.every(({ granted }) => granted === true)
  const list = (
    <ul className="divide-y divide-line">
      {permissions.map((permission) => (
        <PermissionLine key={`${permission.may} ${permission.resource}`} permission={permission} />
      ))}
    </ul>
  )
  return (
    <Card id="key">
      <CardTitle>Stripe’s key</CardTitle>
      <CardText className="mb-4">
        These books are for {kinds[booksMode]}
        {stripeAccountId ? (
          <>
            , account <span className="font-mono text-sm">{stripeAccountId}</span>
          </>
        ) : null}
        . The key comes from STRIPE_SECRET_KEY and is stored nowhere.
      </CardText>
      {isMute ? (
        <Notice tone="bad" className="mb-4">
          Stripe does not accept the key, or does not answer. Look at STRIPE_SECRET_KEY, and open this page
          again.
        </Notice>
      ) : null}
      {isWhole ? (
        <details>
          <summary className="cursor-pointer text-[0.9375rem] font-medium">
            It may do all that is needed: {permissions.length} permissions
          </summary>
          <div className="mt-2">{list}</div>
        </details>
      ) : (
        list
      )}
    </Card>
  )
}

function PermissionLine({
  permission: { resource, may, because, forConnect, granted },
}: {
  permission: Permission
}) {
  return (
    <li className="flex items-baseline justify-between gap-6 py-2.5">
      <span>
        {resource}, {may}
        <span className="block text-sm text-muted">
          {because}
          {forConnect ? '; not wanted where affiliates are paid by hand' : ''}
        </span>
      </span>
      {granted === null ? (
        <Badge>no answer</Badge>
      ) : granted ? (
        <Badge tone="good">granted</Badge>
      ) : forConnect ? (
        <Badge>not granted</Badge>
      ) : (
        <Badge tone="bad">missing</Badge>
      )}
    </li>
  )
}

function Webhook({ setUp: { webhook } }: { setUp: SetUp }) {
  const { url, endpoint, hasSecret, proof, lastEventAt } = webhook
  return (
    <Card id="webhook">
      <CardTitle>The webhook</CardTitle>
      <CardText className="mb-4">
        <span className="font-mono text-sm break-all">{url}</span>
        {isOfThisMachine(url) ? (
          <span className="mt-2 block">
            Stripe itself cannot reach this address. Set APP_URL to a public one; to try things out, have
            Stripe’s own command line pass events on:
            <code className="mt-1 block font-mono text-sm break-words text-ink">
              stripe listen --forward-to {url}
            </code>
          </span>
        ) : null}
      </CardText>
      <ul className="mb-5 divide-y divide-line">
        <Line is={endpoint === null ? null : endpoint.state === 'right'} text="Stripe has an endpoint for it">
          {endpoint?.state === 'wrong' ? endpoint.problems.join(' ') : null}
        </Line>
        <Line is={hasSecret} text="Its secret is in STRIPE_WEBHOOK_SECRET">
          {hasSecret ? null : 'Until then the endpoint is closed, and Stripe tries again for three days.'}
        </Line>
        <Line is={proof?.arrivedAt != null} text="A test event has arrived">
          <span id="proof">
            {proof === null ? (
              'Nobody has asked for one yet.'
            ) : proof.arrivedAt ? (
              <Moment at={proof.arrivedAt} />
            ) : (
              <>
                Asked for on <Moment at={proof.askedAt} />. It usually takes seconds: open this page again.
              </>
            )}
          </span>
        </Line>
      </ul>
      <div className="space-y-4">
        {endpoint !== null && endpoint.state !== 'right' ? (
          <MakeWebhook
            action={make}
            once={crypto.randomUUID()}
            label={endpoint.state === 'missing' ? 'Make the endpoint' : 'Bring the endpoint up to date'}
          />
        ) : null}
        <ProveWebhook action={prove} once={crypto.randomUUID()} />
        <p className="text-sm text-muted">
          For it a coupon that nobody can use is made at Stripe and deleted.
          {lastEventAt ? (
            <>
              {' '}
              The last event of any kind came on <Moment at={lastEventAt} />.
            </>
          ) : null}
        </p>
      </div>
    </Card>
  )
}

function isOfThisMachine(url: string): boolean {
  return /^(localhost|127\.|\[::1\]|192\.168\.|10\.)/.test(new URL(url).hostname)
}

function Programme({ setUp: { programme, mailFrom, ownsTheLedger, booksMode } }: { setUp: SetUp }) {
  const { terms, isNamed, isSettled } = programme
  return (
    <Card id="programme">
      <CardTitle>The programme</CardTitle>
      {isSettled ? null : (
        <div className="mt-4 border-b border-line pb-6">
          <NameForm
            action={name}
            once={crypto.randomUUID()}
            name={isNamed ? programme.name : ''}
            earnsFrom={terms.earnsFrom}
          />
        </div>
      )}
      <ul className="mt-3 divide-y divide-line">
        <Line is={isNamed} text="It has a name">
          {isNamed ? programme.name : null}
        </Line>
        <Line is text="It has terms">
          {shownTerms.map((key) => `${termLabels[key]}: ${termText(key, terms)}`).join('; ')}.{' '}
          <Link href="/admin/terms" className="link">
            All of them
          </Link>
        </Line>
        <Line is={programme.landingPages > 0} text="Links know where to lead">
          {programme.landingPages > 0
            ? `${programme.landingPages} pages`
            : 'npm run tributary -- pages allow URL --label LABEL'}
        </Line>
        <Line is={programme.administrators > 1} text="Payouts have a second pair of eyes">
          {programme.administrators > 1 ? null : (
            <Link href="/admin/team" className="link">
              Invite somebody
            </Link>
          )}
        </Line>
        <Line is={mailFrom !== null || booksMode === 'sandbox'} text="Mail goes out">
          {mailFrom ??
            (booksMode === 'sandbox' ? 'In the sandbox it is shown at /dev/mail.' : 'SMTP_URL is missing.')}
        </Line>
        <Line is={!ownsTheLedger} text="The application may not alter the ledger">
          {ownsTheLedger
            ? 'It uses the owner’s login: give it one of its own, and the owner’s to DATABASE_MIGRATE_URL.'
            : null}
        </Line>
        <Line is={programme.affiliates > 0} text="Somebody recommends">
          {programme.affiliates > 0 ? null : 'The public page takes applications.'}
        </Line>
      </ul>
    </Card>
  )
}

function Line({ is, text, children }: { is: boolean | null; text: string; children?: ReactNode }) {
  return (
    <li className="flex items-baseline justify-between gap-6 py-2.5">
      <span className="min-w-0">
        {text}
        {children ? <span className="block text-sm break-words text-muted">{children}</span> : null}
      </span>
      {is === null ? (
        <Badge>no answer</Badge>
      ) : is ? (
        <Badge tone="good">done</Badge>
      ) : (
        <Badge tone="wait">missing</Badge>
      )}
    </li>
  )
}

import type { Metadata } from 'next'
import { one } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { PageHeading } from '@/components/page-heading'
import { SessionRow } from '@/components/session-row'
import { Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { currentSessionToken } from '@/lib/auth'
import { listSessions, type SessionDto } from '@/lib/auth/sessions'
import { wallNow } from '@/lib/clock'
import { exampleOf, locales } from '@/lib/locales'
import { getSettings, type Settings } from '@/lib/settings/queries'
import { mailKinds } from '@/lib/settings/schemas'
import { changeAddress, endOne, endOthers, mails, rename, writing } from './actions'
import { MailsForm } from './mails-form'
import { SmallForm } from './small-form'
import { WritingForm } from './writing-form'
import { requireReader } from '../_components/require-reader'

export const metadata: Metadata = { title: 'Settings' }

const mailTexts = {
  new_customer: 'A new customer came with my code',
  first_commission: 'My first commission',
  held: 'A commission is held for a review',
  reversal_after_payout: 'Something was taken back that had been paid',
  payout_sent: 'A payout was sent',
  new_terms: 'My terms change',
  monthly_summary: 'What the month brought, on the first of the next',
}
const savedTexts: Record<string, string> = {
  name: 'Your name is saved.',
  asked: 'Two letters are on their way. The address changes when both mailboxes have said yes.',
  writing: 'Numbers and dates are written like that from now on.',
  mails: 'Your choice of mails is saved.',
  session: 'Ended.',
}

export default async function SettingsPage({
  searchParams,
}: {
  searchParams: Promise<{ saved?: string | string[] }>
}) {
  const person = await requireReader('/portal/settings')
  const [settings, sessions, { saved }] = await Promise.all([
    getSettings(person, person.affiliateId),
    person.kind === 'person' ? listSessions(person, await currentSessionToken(), wallNow()) : [],
    searchParams,
  ])
  const savedText = savedTexts[one(saved) ?? '']
  return (
    <>
      <PageHeading title="Settings" lead="Who you are here, which mails you get, where you are signed in." />
      {savedText ? (
        <Notice tone="good" className="mb-6">
          {savedText}
        </Notice>
      ) : null}
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Card>
          <CardTitle className="mb-5">Name</CardTitle>
          <SmallForm
            action={rename}
            once={crypto.randomUUID()}
            confirm="Save"
            field={{
              name: 'displayName',
              label: 'Name',
              autoComplete: 'name',
              maxLength: 100,
              defaultValue: settings.displayName,
            }}
          />
        </Card>
        <Address settings={settings} />
        <Card>
          <CardTitle>Mails</CardTitle>
          <CardText className="mb-4">
            Letters about signing in and about where money goes always come.
          </CardText>
          <MailsForm
            key={settings.mailsOff.join()}
            action={mails}
            kinds={mailKinds.map((kind) => ({
              kind,
              label: mailTexts[kind],
              wanted: !settings.mailsOff.includes(kind),
            }))}
          />
        </Card>
        <Card>
          <CardTitle>Numbers and dates</CardTitle>
          <CardText className="mb-4">
            Here, in mails and in statements. Files for spreadsheets stay as programs read them.
          </CardText>
          <WritingForm
            key={settings.locale}
            action={writing}
            ways={locales.map((locale) => ({ locale, example: exampleOf(locale) }))}
            chosen={settings.locale}
          />
        </Card>
        {sessions.length > 0 ? <Sessions sessions={sessions} /> : null}
      </div>
    </>
  )
}

function Address({ settings: { email, emailChange } }: { settings: Settings }) {
  return (
    <Card>
      <CardTitle>E-mail address</CardTitle>
      <CardText className="mb-4">
        You sign in with <span className="font-medium break-all text-ink">{email}</span>. A change is
        confirmed in both mailboxes.
      </CardText>
      {emailChange ? (
        <Notice tone="wait" className="mb-4">
          To become <span className="font-medium break-all">{emailChange.newEmail}</span>: the old mailbox{' '}
          {emailChange.oldConfirmed ? 'has said yes' : 'has not answered'}, the new one{' '}
          {emailChange.newConfirmed ? 'has said yes' : 'has not answered'}; until{' '}
          <Moment at={emailChange.expiresAt} />.
        </Notice>
      ) : null}
      <SmallForm
        action={changeAddress}
        once={crypto.randomUUID()}
        confirm="Change it"
        field={{
          name: 'email',
          type: 'email',
          label: 'New address',
          autoComplete: 'email',
          autoCapitalize: 'none',
          spellCheck: false,
        }}
      />
    </Card>
  )
}

function Sessions({ sessions }: { sessions: readonly SessionDto[] }) {
  return (
    <Card>
      <CardTitle>Where you are signed in</CardTitle>
      <ul className="my-4 divide-y divide-line">
        {sessions.map((session) => (
          <SessionRow key={session.id} {...session}>
            <ActionButton action={endOne} fields={{ sessionId: session.id }} look="secondary" size="small">
              End
            </ActionButton>
          </SessionRow>
        ))}
      </ul>
      {sessions.length > 1 ? (
        <ActionButton action={endOthers} fields={{}} look="danger" size="small">
          End all others
        </ActionButton>
      ) : null}
    </Card>
  )
}

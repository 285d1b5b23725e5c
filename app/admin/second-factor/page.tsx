import type { Metadata } from 'next'
import Link from 'next/link'
import QRCode from 'qrcode'
import { programmeFacts } from '@/app/_components/programme'
import { one } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { PageHeading } from '@/components/page-heading'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import {
  countOwnRecoveryCodes,
  findSecretToEnrol,
  requireConsolePerson,
  safePath,
  secondFactorState,
} from '@/lib/auth'
import { begin, give } from './actions'
import { CodeForm } from './code-form'

export const metadata: Metadata = { title: 'Second factor' }

const now = 'Six digits, as your authenticator shows them now.'

export default async function SecondFactorPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>
}) {
  const person = await requireConsolePerson('/admin/second-factor')
  const next = safePath(one((await searchParams).next) ?? '/admin')
  const [state, programme] = await Promise.all([secondFactorState(person), programmeFacts()])
  const enrolling = state === 'begun' ? await findSecretToEnrol(person, programme?.name ?? 'Tributary') : null
  return (
    <>
      <PageHeading
        title="Second factor"
        lead="A code from an app on your phone, besides the link in your mail. The console opens with both, for everybody."
      />
      <div className="max-w-3xl space-y-6">
        {enrolling ? (
          <Enrol uri={enrolling.uri} secret={enrolling.secret} next={next} />
        ) : state === 'confirmed' ? (
          <>
            <Card>
              <CardTitle>{person.awaiting ? 'Give your code' : 'It is set up'}</CardTitle>
              <CardText className="mb-5">
                {person.awaiting
                  ? 'It opens the console in this browser until you sign out.'
                  : 'Given here, it is fresh for five minutes in this browser: that is what approving a payout asks for.'}
              </CardText>
              <CodeForm
                action={give}
                confirm="Go on"
                hint={`${now} Or one of your recovery codes.`}
                next={next}
              />
            </Card>
            {person.awaiting ? (
              <p className="text-sm text-muted">
                Authenticator and recovery codes are lost? Another administrator takes your second factor
                away, and you set up a new one.
              </p>
            ) : (
              <Recovery left={await countOwnRecoveryCodes(person)} />
            )}
          </>
        ) : (
          <Card>
            <CardTitle>Set it up</CardTitle>
            <CardText className="mb-5">
              Any authenticator will do: the one of your phone, of your password manager, or an app.
            </CardText>
            <ActionButton action={begin} fields={{ next }}>
              Set it up
            </ActionButton>
          </Card>
        )}
      </div>
    </>
  )
}

function Recovery({ left }: { left: number }) {
  return (
    <Card>
      <CardTitle>Recovery codes</CardTitle>
      <CardText className="mb-5">
        {left === 0 ? 'None is left.' : left === 1 ? 'One of them is left.' : `${left} of them are left.`}{' '}
        Each stands in once for your authenticator.
      </CardText>
      <Button asChild look="secondary">
        <Link href="/admin/second-factor/recovery-codes">Make new ones</Link>
      </Button>
    </Card>
  )
}

async function Enrol({ uri, secret, next }: { uri: string; secret: string; next: string }) {
  // Drawn as a path of our own text, so that it is as safe as any other of our markup.
  const svg = await QRCode.toString(uri, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' })
  return (
    <Card>
      <ol className="space-y-8">
        <li>
          <CardTitle>1. Scan this with your authenticator</CardTitle>
          <div className="mt-4 flex flex-wrap items-center gap-6">
            <div
              role="img"
              aria-label="QR code of the secret that is written beside it"
              className="size-44 shrink-0 rounded-xl bg-[#ffffff] p-3"
              dangerouslySetInnerHTML={{ __html: svg }}
            />
            <div className="min-w-0">
              <p className="text-sm text-muted">Or type this secret:</p>
              <p className="mt-1 font-mono text-[0.9375rem] break-all">
                {secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
              </p>
            </div>
          </div>
        </li>
        <li>
          <CardTitle className="mb-4">2. Give the code that it shows</CardTitle>
          <CodeForm action={give} confirm="Confirm" hint={now} next={next} />
        </li>
      </ol>
    </Card>
  )
}

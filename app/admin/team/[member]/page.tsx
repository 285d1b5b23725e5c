import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { one } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { PageHeading } from '@/components/page-heading'
import { SessionRow } from '@/components/session-row'
import { DayTime, Moment } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { getMember, listSessionsOf, type Member } from '@/lib/administrators/queries'
import { currentSessionToken, requireAdministrator } from '@/lib/auth'
import { listSessions, type SessionDto } from '@/lib/auth/sessions'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { roleNames } from '../_components/role-field'
import { RoleForm } from '../_components/role-form'
import { changeRole, remove, signOutColleague, signOutElsewhere, takeFactorAway } from '../actions'

export const metadata: Metadata = { title: 'Team' }

interface PageProps {
  params: Promise<{ member: string }>
  searchParams: Promise<{ done?: string | string[] }>
}

const doneTexts: Record<string, string> = {
  role: 'Changed: it counts from their next click on.',
  factor: 'Taken away. They were told by mail, and set up a new one the next time.',
  'signed-out': 'Signed out there.',
}

export default async function MemberPage({ params, searchParams }: PageProps) {
  const person = await requireAdministrator()
  const now = wallNow()
  const member = await getMember(person, (await params).member, now).catch((error: unknown) => {
    if (error instanceof TributaryError && error.code === 'not_found') notFound()
    throw error
  })
  const mayChange = person.administrator.role === 'admin'
  const sessions = member.isYou
    ? await listSessions(person, await currentSessionToken(), now)
    : mayChange
      ? await listSessionsOf(person, member.id, now)
      : []
  const doneText = doneTexts[one((await searchParams).done) ?? '']
  return (
    <>
      <PageHeading
        back={{ href: '/admin/team', label: 'Team' }}
        title={<span className="break-all">{member.email}</span>}
        lead={
          <>
            {roleNames[member.role]} since <DayTime value={member.since.toISOString().slice(0, 10)} />
            {member.isYou ? '. This is you.' : '.'}
          </>
        }
        aside={
          <Button asChild look="secondary">
            <Link href={`/admin/audit?who=${member.id}`}>What they decided</Link>
          </Button>
        }
      />
      {doneText ? (
        <Notice tone="good" className="mb-6">
          {doneText}
        </Notice>
      ) : null}
      <div className="grid items-start gap-6 lg:grid-cols-2">
        {mayChange ? (
          <Card>
            <CardTitle className="mb-5">Role</CardTitle>
            <RoleForm key={member.role} action={changeRole} memberId={member.id} role={member.role} />
          </Card>
        ) : null}
        <Factor member={member} mayChange={mayChange} />
        {sessions.length > 0 ? <Sessions member={member} sessions={sessions} /> : null}
        {mayChange ? <Removal member={member} /> : null}
      </div>
    </>
  )
}

function Factor({ member, mayChange }: { member: Member; mayChange: boolean }) {
  return (
    <Card>
      <CardTitle>Second factor</CardTitle>
      <CardText className="mb-5">
        {member.secondFactorSince ? (
          <>
            Set up on <Moment at={member.secondFactorSince} />.
          </>
        ) : (
          'Not set up.'
        )}{' '}
        {member.isYou
          ? null
          : 'If the authenticator and the recovery codes are lost, it is taken away here: the console closes for them until they have set up another.'}
      </CardText>
      {member.isYou ? (
        <Button asChild look="secondary">
          <Link href="/admin/second-factor">Your second factor</Link>
        </Button>
      ) : mayChange && member.secondFactorSince ? (
        <ActionButton action={takeFactorAway} fields={{ memberId: member.id }} look="danger" size="small">
          Take it away
        </ActionButton>
      ) : null}
    </Card>
  )
}

function Sessions({ member, sessions }: { member: Member; sessions: readonly SessionDto[] }) {
  const { id: memberId, isYou } = member
  const hasOthers = sessions.some(({ current }) => !current)
  return (
    <Card>
      <CardTitle>{isYou ? 'Where you are signed in' : 'Where they are signed in'}</CardTitle>
      <ul className="my-4 divide-y divide-line">
        {sessions.map((session) => (
          <SessionRow key={session.id} {...session}>
            {isYou ? (
              <ActionButton
                action={signOutElsewhere}
                fields={{ sessionId: session.id }}
                look="secondary"
                size="small"
              >
                End
              </ActionButton>
            ) : (
              <ActionButton
                action={signOutColleague}
                fields={{ memberId, sessionId: session.id }}
                look="secondary"
                size="small"
              >
                End
              </ActionButton>
            )}
          </SessionRow>
        ))}
      </ul>
      {isYou ? (
        hasOthers ? (
          <ActionButton action={signOutElsewhere} fields={{}} look="danger" size="small">
            End all others
          </ActionButton>
        ) : null
      ) : (
        <ActionButton action={signOutColleague} fields={{ memberId }} look="danger" size="small">
          End all
        </ActionButton>
      )}
    </Card>
  )
}

function Removal({ member }: { member: Member }) {
  return (
    <Card>
      <CardTitle>Remove from the team</CardTitle>
      <CardText className="mb-5">
        {member.isYou ? 'You are' : 'They are'} signed out everywhere at once, the second factor goes, and
        invitations that were not accepted yet are taken back. What {member.isYou ? 'you' : 'they'} decided
        stays under the name. Whoever was removed can be invited again.
      </CardText>
      <ActionButton action={remove} fields={{ memberId: member.id }} look="danger" size="small">
        {member.isYou ? 'Remove me' : 'Remove them'}
      </ActionButton>
    </Card>
  )
}

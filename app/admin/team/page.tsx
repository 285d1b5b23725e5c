import type { Metadata } from 'next'
import Link from 'next/link'
import { one } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { PageHeading } from '@/components/page-heading'
import { DayTime, Moment } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { listInvitations, type Invitation, type Member } from '@/lib/administrators/queries'
import { requireAdministrator } from '@/lib/auth'
import { wallNow } from '@/lib/clock'
import { ListBar } from '../_components/list-bar'
import { teamList } from '../_lists/team'
import { InviteForm } from './_components/invite-form'
import { roleNames } from './_components/role-field'
import { invite, sendAgain, takeBack } from './actions'

export const metadata: Metadata = { title: 'Team' }

const doneTexts: Record<string, string> = {
  invited: 'Invited: the letter is on its way.',
  sent: 'Sent again; the link in the letter before is good for nothing now.',
  'taken-back': 'Taken back: the link is good for nothing now.',
  removed: 'Removed, and signed out everywhere.',
}

export default async function TeamPage({
  searchParams,
}: {
  searchParams: Promise<{ done?: string | string[] }>
}) {
  const person = await requireAdministrator()
  const now = wallNow()
  const [{ rows: team, csv }, invitations, { done }] = await Promise.all([
    teamList.open(person, {}),
    listInvitations(person, now),
    searchParams,
  ])
  const mayChange = person.administrator.role === 'admin'
  const doneText = doneTexts[one(done) ?? '']
  return (
    <>
      <PageHeading
        title="Team"
        lead="Who is in this console, and what they may do in it."
        aside={
          mayChange ? (
            <Button asChild look="secondary">
              <Link href="/admin/team/keys">API keys</Link>
            </Button>
          ) : null
        }
      />
      {doneText ? (
        <Notice tone="good" className="mb-6">
          {doneText}
        </Notice>
      ) : null}
      <div className="space-y-6">
        <div>
          <ListBar path={teamList.path} csv={csv} />
          <Card className="py-3 sm:py-4">
            <Members team={team} />
          </Card>
        </div>
        {invitations.length > 0 ? (
          <Card>
            <CardTitle className="mb-2">Invited</CardTitle>
            <Invitations invitations={invitations} mayChange={mayChange} />
          </Card>
        ) : null}
        {mayChange ? (
          <Card className="max-w-2xl">
            <CardTitle>Invite somebody</CardTitle>
            <CardText className="mb-5">
              By a letter with a link that works once. They set up a second factor before they see anything.
            </CardText>
            <InviteForm action={invite} />
          </Card>
        ) : null}
      </div>
    </>
  )
}

function Members({ team }: { team: readonly Member[] }) {
  return (
    <Table caption="The team">
      <TableHead>
        <Column>Who</Column>
        <Column>Role</Column>
        <Column wide>Second factor</Column>
        <Column wide>Signed in</Column>
        <Column wide>Since</Column>
      </TableHead>
      <tbody>
        {team.map((each) => (
          <Row key={each.id}>
            <RowHeading
              href={`/admin/team/${each.id}`}
              below={each.secondFactorSince ? 'with a second factor' : 'no second factor yet'}
            >
              <span className="break-all">{each.email}</span>
              {each.isYou ? <span className="font-normal text-muted"> (you)</span> : null}
            </RowHeading>
            <Cell>{roleNames[each.role]}</Cell>
            <Cell wide>
              {each.secondFactorSince ? (
                <Badge tone="good">Set up</Badge>
              ) : (
                <Badge tone="wait">Not set up</Badge>
              )}
            </Cell>
            <Cell wide className="text-muted">
              {each.sessions === 0
                ? 'Nowhere'
                : each.sessions === 1
                  ? 'In one browser'
                  : `In ${each.sessions} browsers`}
            </Cell>
            <Cell wide className="text-muted">
              <DayTime value={each.since.toISOString().slice(0, 10)} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

function Invitations({ invitations, mayChange }: { invitations: readonly Invitation[]; mayChange: boolean }) {
  return (
    <ul className="divide-y divide-line">
      {invitations.map((each) => (
        <li key={each.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-3.5">
          <div className="min-w-0">
            <p className="font-medium break-all">{each.email}</p>
            <p className="text-sm text-muted">
              {roleNames[each.role]}, invited by {each.invitedBy ?? 'the command line'};{' '}
              {each.isExpired ? (
                'the link has run out'
              ) : (
                <>
                  good until <Moment at={each.expiresAt} />
                </>
              )}
            </p>
          </div>
          {mayChange ? (
            <div className="flex flex-wrap gap-2">
              <ActionButton
                action={sendAgain}
                fields={{ invitationId: each.id }}
                label={`Send again to ${each.email}`}
                look="secondary"
                size="small"
              >
                Send again
              </ActionButton>
              <ActionButton
                action={takeBack}
                fields={{ invitationId: each.id }}
                label={`Take back, of ${each.email}`}
                look="quiet"
                size="small"
              >
                Take back
              </ActionButton>
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

import type { Metadata } from 'next'
import { one } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { DayTime, Moment } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { listApiKeys, type ApiKeyDto } from '@/lib/api/queries'
import { requireAdministrator } from '@/lib/auth'
import { makeKey, revokeKey } from './actions'
import { KeyForm } from './_components/key-form'
import { scopeWords } from './_components/scopes'

export const metadata: Metadata = { title: 'API keys' }

const description = '/api/v1/openapi.json'

export default async function KeysPage({
  searchParams,
}: {
  searchParams: Promise<{ done?: string | string[] }>
}) {
  const person = await requireAdministrator('admin')
  const keys = await listApiKeys(person)
  const { done } = await searchParams
  return (
    <>
      <PageHeading
        back={{ href: '/admin/team', label: 'Team' }}
        title="API keys"
        lead={
          <>
            For your other programs. What they can ask stands in{' '}
            <a href={description} className="link">
              the description of the API
            </a>
            .
          </>
        }
      />
      <div className="space-y-6">
        {one(done) ? <Notice tone="good">Revoked: it opens nothing any more.</Notice> : null}
        <Card className="py-3 sm:py-4">
          {keys.length > 0 ? (
            <Keys keys={keys.toReversed()} />
          ) : (
            <Empty title="No key yet">One for each program, so that each can be ended by itself.</Empty>
          )}
        </Card>
        <Card className="max-w-2xl">
          <CardTitle>Make a key</CardTitle>
          <CardText className="mb-5">
            It is shown once, here, and kept as a hash only: who loses it makes another.
          </CardText>
          <KeyForm action={makeKey} />
        </Card>
      </div>
    </>
  )
}

function Keys({ keys }: { keys: readonly ApiKeyDto[] }) {
  return (
    <Table caption="API keys">
      <TableHead>
        <Column>For</Column>
        <Column wide>May</Column>
        <Column wide>Made</Column>
        <Column wide>Used last</Column>
        <Column end>
          <span className="sr-only">Revoke</span>
        </Column>
      </TableHead>
      <tbody>
        {keys.map((key) => (
          <Row key={key.id}>
            <RowHeading
              below={
                <>
                  {scopeWords[key.scope].text}, <Used at={key.lastUsedAt} />
                </>
              }
            >
              <span className="break-words">{key.name}</span>
              <span className="block font-mono text-sm font-normal break-all text-muted">{key.id}</span>
            </RowHeading>
            <Cell wide>{scopeWords[key.scope].text}</Cell>
            <Cell wide className="text-muted">
              <DayTime value={key.createdAt.toISOString().slice(0, 10)} />
            </Cell>
            <Cell wide className="text-muted">
              <Used at={key.lastUsedAt} />
            </Cell>
            <Cell end>
              {key.revokedAt ? (
                <Badge>Revoked</Badge>
              ) : (
                <ActionButton
                  action={revokeKey}
                  fields={{ keyId: key.id }}
                  label={`Revoke ${key.name}`}
                  look="secondary"
                  size="small"
                >
                  Revoke
                </ActionButton>
              )}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

function Used({ at }: { at: Date | null }) {
  return at === null ? <>never used</> : <Moment at={at} />
}

import { randomUUID } from 'node:crypto'
import { withQuery } from '@/app/_components/query'
import { plainTerms, termLabels, termText } from '@/lib/programme/terms-words'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { GroupSummary } from '@/lib/programme/terms-queries'
import { GroupForm } from './group-form'

/** Affiliates with other terms, and a new group of them. */
export function Groups({ groups, mayAdd }: { groups: readonly GroupSummary[]; mayAdd: boolean }) {
  return (
    <Card id="groups">
      <CardTitle>Groups</CardTitle>
      <CardText>
        Affiliates who share other terms: agencies, launch partners. Their own terms go before these.
      </CardText>
      {groups.length > 0 ? (
        <Table caption="Groups" className="mt-4">
          <TableHead>
            <Column>Group</Column>
            <Column wide>Of its own</Column>
            <Column end>Affiliates</Column>
          </TableHead>
          <tbody>
            {groups.map((group) => (
              <Row key={group.id}>
                <RowHeading href={withQuery('/admin/terms', { group: group.id })} below={ownText(group)}>
                  {group.name}
                </RowHeading>
                <Cell wide className="text-muted">
                  {ownText(group)}
                </Cell>
                <Cell end className="figures">
                  {group.members}
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      ) : null}
      {mayAdd ? <GroupForm once={randomUUID()} /> : null}
    </Card>
  )
}

function ownText({ values }: GroupSummary): string {
  const own = plainTerms.filter((key) => key in values)
  if (own.length === 0) return 'nothing yet'
  return own.map((key) => `${termLabels[key]}: ${termText(key, values)}`).join(' · ')
}

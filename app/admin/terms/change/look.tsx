import { randomUUID } from 'node:crypto'
import { ConsequenceTable } from '@/components/consequences'
import { DecisionForm } from '@/components/decision-form'
import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { onceField } from '@/lib/action-state'
import type { Person } from '@/lib/auth'
import { previewTerms, type TermsPreview } from '@/lib/intake/preview-terms'
import { withChanges } from '@/lib/programme/change'
import type { TermsValues } from '@/lib/programme/schemas'
import { packChanges } from '@/lib/programme/terms-form'
import type { GroupSummary, TermsOfScope } from '@/lib/programme/terms-queries'
import { DifferenceTable } from '../_components/difference-table'
import type { ShownScope } from '../_components/scope'
import { differences } from '../_components/words'
import { changeTerms } from '../actions'

const mostShown = 25

interface LookProps {
  person: Person
  scope: ShownScope
  changes: TermsValues
  terms: TermsOfScope
  from: string
  groups: readonly GroupSummary[]
}

/** What a change changes, what it would have changed these last ninety days, and the decision. */
export async function Look({ person, scope, changes, terms, from, groups }: LookProps) {
  if (Object.keys(changes).length === 0) return <Notice>Nothing differs from what is in force.</Notice>
  const { affiliateId, groupId } = scope
  const preview = await previewTerms(person, { values: changes, affiliateId, groupId })
  const groupName = (id: string) => groups.find((group) => group.id === id)?.name ?? id
  const changed = differences(terms.values, withChanges(terms.values, changes), groupName)
  return (
    <Card id="look" className="space-y-8">
      <div>
        <CardTitle>What changes</CardTitle>
        <CardText className="mb-3">
          {from === '' ? (
            'From the next second on.'
          ) : (
            <>
              From <DayTime value={from} /> on.
            </>
          )}{' '}
          A change that is scheduled for later keeps what it changes itself.
        </CardText>
        <DifferenceTable differences={changed} nothing={scope.nothing} />
      </div>
      <Consequences preview={preview} />
      <DecisionForm
        action={changeTerms}
        confirm="Change the terms"
        reasonHint="Kept for good beside the version, for the console alone."
        fields={{
          [onceField]: randomUUID(),
          affiliate: affiliateId ?? '',
          group: groupId ?? '',
          changes: packChanges(changes),
          from,
          basedOn: String(terms.lastId),
        }}
      />
    </Card>
  )
}

function Consequences({ preview }: { preview: TermsPreview }) {
  const { payments, complete, consequences, totals, since } = preview
  const more = consequences.length - mostShown
  return (
    <div>
      <CardTitle>
        Had they been in force since <DayTime value={since} />
      </CardTitle>
      <CardText className="mb-3">
        {payments === 0
          ? 'Nothing was paid to them in these 90 days, so there is nothing to compare.'
          : `The ${complete ? '' : 'latest '}${payments.toLocaleString('en')} ${payments === 1 ? 'payment' : 'payments'} of these 90 days, worked out again. ${
              consequences.length === 0
                ? 'Nobody would have earned anything else.'
                : 'Only a comparison: none of it is changed.'
            }`}
      </CardText>
      {payments > 0 ? <Totals totals={totals} /> : null}
      {consequences.length > 0 ? (
        <div className="mt-6">
          <ConsequenceTable
            consequences={consequences.slice(0, mostShown)}
            before="Earned"
            after="Would have"
          />
          {more > 0 ? <CardText>and {more} more, with smaller differences.</CardText> : null}
        </div>
      ) : null}
    </div>
  )
}

function Totals({ totals }: { totals: TermsPreview['totals'] }) {
  return (
    <Table caption="In all, by currency">
      <TableHead>
        <Column>In all</Column>
        <Column wide end>
          As it was
        </Column>
        <Column end>Would have been</Column>
        <Column end>Change</Column>
      </TableHead>
      <tbody>
        {totals.flatMap((total) =>
          [
            { what: 'earned', before: total.earnedBeforeMinor, after: total.earnedAfterMinor },
            { what: 'payable by today', before: total.payableBeforeMinor, after: total.payableAfterMinor },
            { what: 'held', before: total.heldBeforeMinor, after: total.heldAfterMinor },
          ]
            .filter(({ what, before, after }) => what !== 'held' || before !== 0n || after !== 0n)
            .map(({ what, before, after }) => (
              <Row key={`${total.currency} ${what}`}>
                <RowHeading
                  below={
                    <>
                      was <Money minor={before} currency={total.currency} />
                    </>
                  }
                >
                  {total.currency.toUpperCase()} {what}
                </RowHeading>
                <Cell wide end className="text-muted">
                  <Money minor={before} currency={total.currency} />
                </Cell>
                <Cell end>
                  <Money minor={after} currency={total.currency} />
                </Cell>
                <Cell end className="font-medium">
                  <Money minor={after - before} currency={total.currency} signed />
                </Cell>
              </Row>
            )),
        )}
      </tbody>
    </Table>
  )
}

import { Money, moneyText } from '@/components/money'
import { DayTime } from '@/components/time'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { Amount, CustomerStatus, CustomerSummary } from '@/lib/customers/queries'

const words: Record<CustomerStatus, { text: string; tone: BadgeTone }> = {
  active: { text: 'Active', tone: 'good' },
  trial: { text: 'On trial', tone: 'plain' },
  past_due: { text: 'Past due', tone: 'wait' },
  paused: { text: 'Paused', tone: 'wait' },
  ended: { text: 'Ended', tone: 'plain' },
  once: { text: 'No subscription', tone: 'plain' },
}

/** An affiliate's customers, masked: since when, how they pay, what they bring, what they earned. */
export function CustomerTable({ customers }: { customers: readonly CustomerSummary[] }) {
  return (
    <Table caption="Your customers">
      <TableHead>
        <Column>Customer</Column>
        <Column wide>Since</Column>
        <Column wide>Plan</Column>
        <Column wide>Status</Column>
        <Column wide end>
          A month
        </Column>
        <Column wide end>
          Months
        </Column>
        <Column end>Earned you</Column>
      </TableHead>
      <tbody>
        {customers.map((customer) => (
          <CustomerRow key={customer.id} customer={customer} />
        ))}
      </tbody>
    </Table>
  )
}

function CustomerRow({ customer }: { customer: CustomerSummary }) {
  const { id, maskedEmail, since, status, mrr, earned, months } = customer
  const badge = <Badge tone={words[status].tone}>{words[status].text}</Badge>
  const plan = planText(customer)
  const day = since.toISOString().slice(0, 10)
  const below = (
    <span className="flex flex-col items-start gap-1">
      <span>
        Since <DayTime value={day} />, {plan}
      </span>
      {mrr.length > 0 ? (
        <span>{mrr.map(({ currency, minor }) => moneyText(minor, currency)).join(', ')} a month</span>
      ) : null}
      {badge}
    </span>
  )
  return (
    <Row>
      <RowHeading href={`/portal/commissions?customer=${id}`} below={below}>
        <span className="break-all">{maskedEmail ?? id}</span>
      </RowHeading>
      <Cell wide className="text-muted">
        <DayTime value={day} />
      </Cell>
      <Cell wide className="text-muted">
        {plan}
      </Cell>
      <Cell wide>{badge}</Cell>
      <Cell wide end>
        <Amounts amounts={mrr} />
      </Cell>
      <Cell wide end className="figures text-muted">
        {months}
      </Cell>
      <Cell end className="font-medium">
        <Amounts amounts={earned} />
      </Cell>
    </Row>
  )
}

function Amounts({ amounts }: { amounts: readonly Amount[] }) {
  if (amounts.length === 0) return <span className="font-normal text-muted">—</span>
  return amounts.map(({ currency, minor }) => (
    <Money key={currency} minor={minor} currency={currency} className="block" />
  ))
}

const adverbs: Record<string, string> = { day: 'daily', week: 'weekly', month: 'monthly', year: 'yearly' }

/** `Pro, monthly` */
function planText({ planName, interval }: CustomerSummary): string {
  if (interval === null) return 'no plan'
  const rhythm =
    interval.count === 1
      ? (adverbs[interval.unit] ?? interval.unit)
      : `every ${interval.count} ${interval.unit}s`
  return planName ? `${planName}, ${rhythm}` : rhythm
}

import type { Metadata } from 'next'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
import { one, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { Figure, Figures } from '@/components/figure'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { monthText } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Input } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { monthOf, type Month } from '@/lib/calendar'
import { listJournal, listLiability, type JournalRow } from '@/lib/payouts/journal'
import { monthIn } from './month-in'

export const metadata: Metadata = { title: 'Journal' }

const accounts: Record<string, string> = {
  'affiliates:earned': 'Owed to affiliates, earned',
  'affiliates:held': 'Owed to affiliates, held',
  'affiliates:in_payout': 'Owed to affiliates, in payout',
  'affiliates:paid': 'Paid to affiliates',
  commission_expense: 'Commission expense',
  paid_out: 'Paid to affiliates, counterpart',
  cash: 'Cash',
  write_offs: 'Debts written off',
  adjustments: 'Adjustments',
  opening_balances: 'Opening balances',
}

export default async function JournalPage({
  searchParams,
}: {
  searchParams: Promise<{ month?: string | string[] }>
}) {
  const person = await requireAdministrator()
  const programme = await programmeFacts()
  if (!programme) return <NotSetUpNote />
  const month: Month = monthIn(one((await searchParams).month)) ?? monthOf(programme.on)
  const range = { from: month, to: month }
  const [rows, liability] = await Promise.all([listJournal(person, range), listLiability(person, range)])
  return (
    <>
      <PageHeading
        back={{ href: '/admin/payouts', label: 'Payouts' }}
        title={`Journal of ${monthText(month)}`}
        lead="What was written into the books in a month, account by account. A month that is over does not change any more."
        aside={<Choose month={month} />}
      />
      <div className="space-y-6">
        <Figures className="grid-cols-1 sm:grid-cols-2">
          {liability.flatMap(({ currency, beforeMinor, afterMinor }) => [
            <Figure key={`${currency} before`} label={`Owed before, ${currency.toUpperCase()}`}>
              <Money minor={beforeMinor} currency={currency} />
            </Figure>,
            <Figure key={`${currency} after`} label={`Owed after, ${currency.toUpperCase()}`}>
              <Money minor={afterMinor} currency={currency} />
            </Figure>,
          ])}
        </Figures>
        <Card className="py-3 sm:py-4">
          {rows.length === 0 ? (
            <Empty title="Nothing was written">No line came into the books in this month.</Empty>
          ) : (
            <JournalTable rows={rows} />
          )}
        </Card>
        <Button asChild look="secondary" size="small">
          <a href={withQuery('/admin/payouts/journal.csv', { from: month, to: month })} download>
            CSV for the accountant
          </a>
        </Button>
      </div>
    </>
  )
}

function Choose({ month }: { month: Month }) {
  return (
    <form action="/admin/payouts/journal" className="flex items-end gap-2">
      <div className="space-y-1.5">
        <Label htmlFor="month">Month</Label>
        <Input id="month" name="month" type="month" defaultValue={month} pattern="\d{4}-\d{2}" />
      </div>
      <Button type="submit" look="secondary">
        Show
      </Button>
    </form>
  )
}

function JournalTable({ rows }: { rows: readonly JournalRow[] }) {
  return (
    <Table caption="Journal by account">
      <TableHead>
        <Column>Account</Column>
        <Column end>Debit</Column>
        <Column end>Credit</Column>
      </TableHead>
      <tbody>
        {rows.map(({ account, currency, debitMinor, creditMinor }) => (
          <Row key={`${account} ${currency}`}>
            <RowHeading>{accounts[account] ?? account}</RowHeading>
            <Cell end>
              <Money
                minor={debitMinor}
                currency={currency}
                className={debitMinor === 0n ? 'text-muted' : ''}
              />
            </Cell>
            <Cell end>
              <Money
                minor={creditMinor}
                currency={currency}
                className={creditMinor === 0n ? 'text-muted' : ''}
              />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { programmeFacts } from '@/app/_components/programme'
import { one } from '@/app/_components/query'
import { Figure, Figures } from '@/components/figure'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import { decimalString } from '@/lib/money'
import { listDebts, type Debt } from '@/lib/payouts/debt-queries'
import { DebtForm } from '../debt-form'
import { setOff, writeOff } from '../actions'

export const metadata: Metadata = { title: 'Debt' }

interface PageProps {
  params: Promise<{ affiliate: string }>
  searchParams: Promise<{ currency?: string | string[] }>
}

export default async function DebtPage({ params, searchParams }: PageProps) {
  const person = await requireAdministrator()
  const programme = await programmeFacts()
  const { affiliate } = await params
  const currency = one((await searchParams).currency)
  const found = programme
    ? await listDebts(person, programme.on, { affiliateId: affiliate, currency, limit: 1 })
    : null
  const debt = currency === undefined ? undefined : found?.debts[0]
  if (!debt) notFound()
  const fields = { affiliateId: affiliate, currency: debt.currency, seen: String(debt.debtMinor) }
  const whole = decimalString(debt.debtMinor, debt.currency)
  const mayPay = person.administrator.role !== 'viewer'
  return (
    <>
      <PageHeading
        back={{ href: '/admin/payouts/debts', label: 'Debts' }}
        title={debt.displayName}
        lead="It is carried into the next payouts by itself. These are for when that is not to be waited for."
      />
      <div className="space-y-6">
        <Amounts debt={debt} />
        {mayPay ? (
          <div className="grid items-start gap-6 lg:grid-cols-2">
            {debt.elsewhere.length > 0 ? (
              <Card>
                <CardTitle>Set it off</CardTitle>
                <CardText className="mb-5">
                  Pays the debt out of what is payable in another currency.
                </CardText>
                <DebtForm
                  id="set-off"
                  action={setOff}
                  fields={fields}
                  amount={whole}
                  confirm="Set it off"
                  against={debt.elsewhere.map((other) => other.currency)}
                />
              </Card>
            ) : null}
            <Card>
              <CardTitle>Write it off</CardTitle>
              <CardText className="mb-5">The programme bears it. It does not come back.</CardText>
              <DebtForm
                id="write-off"
                action={writeOff}
                fields={fields}
                amount={whole}
                confirm="Write it off"
              />
            </Card>
          </div>
        ) : null}
      </div>
    </>
  )
}

function Amounts({ debt }: { debt: Debt }) {
  return (
    <Figures className="grid-cols-1 sm:grid-cols-3">
      <Figure label="Owes" leading>
        <Money minor={-debt.debtMinor} currency={debt.currency} />
      </Figure>
      <Figure label="Still to come" meaning="falls due later and takes it down">
        <Money minor={debt.comingMinor} currency={debt.currency} />
      </Figure>
      <div className="min-w-0 bg-surface p-5">
        <dt className="text-sm text-muted">Payable in other currencies</dt>
        {debt.elsewhere.length === 0 ? (
          <dd className="mt-1 text-2xl font-semibold text-muted">nothing</dd>
        ) : null}
        {debt.elsewhere.map((other) => (
          <dd key={other.currency} className="mt-1 text-2xl font-semibold">
            <Money minor={other.payableMinor} currency={other.currency} />
          </dd>
        ))}
      </div>
    </Figures>
  )
}

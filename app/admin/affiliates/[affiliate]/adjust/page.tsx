import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import { notFound } from 'next/navigation'
import { programmeFacts } from '@/app/_components/programme'
import { one, oneOf } from '@/app/_components/query'
import { DecisionForm } from '@/components/decision-form'
import { Figure, Figures } from '@/components/figure'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { DayTime } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { getAffiliate } from '@/lib/affiliates/queries'
import { listAdjustments } from '@/lib/adjustments/queries'
import { problemsOf } from '@/lib/adjustments/rules'
import { requireAdministrator } from '@/lib/auth'
import { isDay, type Day } from '@/lib/calendar'
import { TributaryError } from '@/lib/errors'
import { getBalances } from '@/lib/ledger/queries'
import { parseDecimal } from '@/lib/money'
import { adjust } from '../../actions'
import { AdjustForm } from './adjust-form'

export const metadata: Metadata = { title: 'Credit or debit' }

const inputs = ['direction', 'currency', 'amount', 'payableOn'] as const
type Query = Partial<Record<(typeof inputs)[number] | 'look', string | string[]>>

export default async function AdjustPage(props: {
  params: Promise<{ affiliate: string }>
  searchParams: Promise<Query>
}) {
  const person = await requireAdministrator()
  const { affiliate: id } = await props.params
  const query = await props.searchParams
  const [programme, affiliate] = await Promise.all([
    programmeFacts(),
    getAffiliate(person, id).catch((error: unknown) => {
      if (error instanceof TributaryError && error.code === 'not_found') notFound()
      throw error
    }),
  ])
  if (!programme) notFound()
  const heading = (
    <PageHeading
      back={{ href: `/admin/affiliates/${id}`, label: affiliate.displayName }}
      title="Credit or debit"
      lead="For what no payment stands behind: a bonus, a correction. The affiliate sees it with its reason."
    />
  )
  if (person.administrator.role !== 'admin') {
    return (
      <>
        {heading}
        <Notice>Only administrators adjust balances; you see all that they see.</Notice>
      </>
    )
  }
  const [balances, [last]] = await Promise.all([
    getBalances(person, id, programme.on),
    listAdjustments(person, id),
  ])
  const texts = Object.fromEntries(inputs.map((name) => [name, one(query[name]) ?? '']))
  const looking = one(query.look) !== undefined
  const { errors, asked } = read(query, programme.on)
  const payableMinor = balances.find(({ currency }) => currency === asked?.currency)?.payableMinor ?? 0n
  return (
    <>
      {heading}
      <div className="space-y-6">
        {looking && asked ? (
          <Look
            affiliateId={id}
            asked={asked}
            payableMinor={payableMinor}
            seenLast={last?.id ?? ''}
            on={programme.on}
          />
        ) : null}
        <AdjustForm
          affiliateId={id}
          texts={texts}
          errors={looking ? errors : {}}
          currencies={balances.map(({ currency }) => currency)}
        />
      </div>
    </>
  )
}

interface Asked {
  direction: 'credit' | 'debit'
  currency: string
  /** As it was typed. */
  amount: string
  amountMinor: bigint
  payableOn: Day | null
}

function read(query: Query, today: Day): { errors: Record<string, string>; asked: Asked | null } {
  const direction = oneOf(query.direction, ['credit', 'debit'] as const) ?? 'credit'
  const currency = (one(query.currency) ?? '').trim().toLowerCase()
  const amount = (one(query.amount) ?? '').trim()
  const amountMinor = parseDecimal(amount, currency)
  const errors: Record<string, string> = { ...problemsOf({ currency, amountMinor }) }
  const day = one(query.payableOn)
  const payableOn = day !== undefined && isDay(day) && day >= today ? day : null
  if (day !== undefined && payableOn === null) errors.payableOn = 'Today or a later day is wanted.'
  const isRight = Object.keys(errors).length === 0 && amountMinor !== null
  return { errors, asked: isRight ? { direction, currency, amount, amountMinor, payableOn } : null }
}

function Look({
  affiliateId,
  asked,
  payableMinor,
  seenLast,
  on,
}: {
  affiliateId: string
  asked: Asked
  payableMinor: bigint
  seenLast: string
  on: Day
}) {
  const { direction, currency, amount, amountMinor, payableOn } = asked
  const signed = direction === 'credit' ? amountMinor : -amountMinor
  const isNow = payableOn === null || payableOn === on
  const after = isNow ? payableMinor + signed : payableMinor
  return (
    <Card id="look" className="space-y-6">
      <CardTitle>What it changes</CardTitle>
      <Figures className="grid-cols-1 sm:grid-cols-3">
        <Figure label="Payable now">
          <Money minor={payableMinor} currency={currency} />
        </Figure>
        <Figure label={direction === 'credit' ? 'Credit' : 'Debit'}>
          <Money minor={signed} currency={currency} signed />
        </Figure>
        <Figure label="Payable then" leading>
          <Money minor={after} currency={currency} />
        </Figure>
      </Figures>
      <CardText>
        {isNow ? (
          'Payable at once, in the next payout.'
        ) : (
          <>
            Pending until <DayTime value={payableOn} />.
          </>
        )}{' '}
        {after < 0n ? 'It leaves a debt, which later commissions pay off.' : null}
      </CardText>
      <DecisionForm
        action={adjust}
        confirm={direction === 'credit' ? 'Give the credit' : 'Take the debit'}
        danger={direction === 'debit'}
        reasonHint="Kept for good, and shown to the affiliate in their statement."
        fields={{
          [onceField]: randomUUID(),
          affiliateId,
          direction,
          currency,
          amount,
          payableOn: payableOn ?? '',
          seen: String(payableMinor),
          seenLast,
        }}
      />
    </Card>
  )
}

import { eq } from 'drizzle-orm'
import { payoutRuns, payouts, type Database } from '@/db'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { draftPayoutRun } from '@/lib/payouts/draft-payout-run'
import { markPaid, unmarkPaid } from '@/lib/payouts/mark-paid'
import { markReturned } from '@/lib/payouts/mark-returned'
import { runDigest } from '@/lib/payouts/run-digest'
import { takeOutPayout } from '@/lib/payouts/take-out-payout'
import { newColleague, payByPaypal, type Colleague } from '@/tests/support/payouts'
import { dayOf } from '../model/days'
import { balancesOf } from '../model/model'
import { objectsOf } from '../model/objects'
import { dueOf } from '../model/payouts'
import type { ActionOf } from './action'
import { onAnyAccount, rollUpsOf, sayDifferences } from './agreement'
import { nowOf, pick, type Life } from './life'

const reason = 'as the history has it'
/** Everything that can be paid at all. */
const minimums = { usd: 1n, eur: 1n, jpy: 1n, kwd: 1n }

/** Two who may, and an account for everybody. */
export async function preparePayouts(db: Database, life: Life): Promise<void> {
  const names = ['ines', 'omar'] as const
  life.colleagues = [await newColleague(db, names[0]), await newColleague(db, names[1])]
  for (const { id, email } of life.affiliates) await payByPaypal(db, id, email)
}

function colleagueOf(life: Life, at: 0 | 1): Colleague {
  const found = life.colleagues?.[at]
  if (!found) throw new Error('Nobody prepared for payouts')
  return found
}

const at = (db: Database, life: Life) => ({ db, now: new Date(nowOf(life) * 1000) })

export async function payOut(db: Database, life: Life, action: ActionOf<'payOut'>): Promise<void> {
  const omar = colleagueOf(life, 1)
  const runId = await draftPayoutRun(colleagueOf(life, 0), { minimums }, at(db, life))
  if (action.heard === 100) await sayWhoGetsWhat(db, life, runId)
  if (action.upTo === 'drafted') return
  const digest = await runDigest(db, runId)
  await approvePayoutRun(omar, { runId, digest, changed: 'take_out' }, at(db, life))
  if (action.upTo === 'approved') return
  for (const { id } of await payoutsInOrder(db, life, runId))
    await markPaid(omar, { payoutId: id, reference: `paid ${id}` }, at(db, life))
}

/** Once all has been heard of, a run has what the rules say for everybody who may be paid. */
async function sayWhoGetsWhat(db: Database, life: Life, runId: string): Promise<void> {
  const { affiliates, decisions } = life
  const model = balancesOf(objectsOf(life.sandbox), { affiliates, decisions })
  const rollUps = await rollUpsOf(db, affiliates)
  sayDifferences('All accounts together', affiliates, {
    books: onAnyAccount(rollUps),
    model: onAnyAccount(model),
  })
  const elsewhere = rollUps.filter(({ account }) => account !== 'earned')
  const isSuspended = (id: string) =>
    decisions.standings.findLast((each) => each.affiliateId === id)?.status === 'suspended'
  const due = dueOf(model, elsewhere, dayOf(nowOf(life))).filter((each) => !isSuspended(each.affiliateId))
  const drafted = (await payoutsInOrder(db, life, runId)).map(({ affiliateId, currency, amountMinor }) => {
    return { affiliateId, currency, amount: amountMinor }
  })
  sayDifferences('The draft', affiliates, { books: drafted, model: due })
}

export async function movePayout(db: Database, life: Life, action: ActionOf<'movePayout'>): Promise<void> {
  const payout = pick(await payoutsInOrder(db, life), action.payout)
  if (payout) await move(db, life, payout.id, action.to)
}

/** Whatever was paid out comes back: then the ledger is to be as if nothing had been. */
export async function takeAllBack(db: Database, life: Life): Promise<void> {
  if (!life.colleagues) return
  for (const { id, state } of await payoutsInOrder(db, life)) {
    if (state === 'paid') await move(db, life, id, 'returned')
    if (state === 'approved') await move(db, life, id, 'taken_out')
  }
}

async function move(
  db: Database,
  life: Life,
  payoutId: string,
  to: ActionOf<'movePayout'>['to'],
): Promise<void> {
  const omar = colleagueOf(life, 1)
  const options = at(db, life)
  if (to === 'paid') await markPaid(omar, { payoutId, reference: `paid ${payoutId}` }, options)
  else if (to === 'unpaid') await unmarkPaid(omar, { payoutId, reason }, options)
  else if (to === 'returned') await markReturned(omar, { payoutId, reason }, options)
  else await takeOutPayout(omar, { payoutId, reason }, options)
}

/** In the same order in every run of a history: their ids are drawn at random. */
async function payoutsInOrder(db: Database, life: Life, runId?: string) {
  const rows = await db
    .select({ payout: payouts, draftedAt: payoutRuns.draftedAt })
    .from(payouts)
    .innerJoin(payoutRuns, eq(payoutRuns.id, payouts.runId))
    .where(runId === undefined ? undefined : eq(payouts.runId, runId))
  const number = (id: string) => life.affiliates.findIndex((each) => each.id === id)
  return rows
    .toSorted(
      (a, b) =>
        a.draftedAt.getTime() - b.draftedAt.getTime() ||
        number(a.payout.affiliateId) - number(b.payout.affiliateId) ||
        (a.payout.currency < b.payout.currency ? -1 : 1),
    )
    .map(({ payout }) => payout)
}

import type { Database } from '@/db'
import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import { reactivateAffiliate } from '@/lib/affiliates/reactivate-affiliate'
import { reopenAffiliate } from '@/lib/affiliates/reopen-affiliate'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import { attributeByHand } from '@/lib/attribution/attribute-by-hand'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { isDay } from '@/lib/calendar'
import { TributaryError } from '@/lib/errors'
import { reverseOffStripePayment } from '@/lib/intake/reverse-off-stripe-payment'
import { addDays, dayOf, firstSecondOf } from '../model/days'
import { objectsOf } from '../model/objects'
import { salesOf } from '../model/sales'
import type { ActionOf, DecisionName } from './action'
import { adjust, clearDebt } from './adjusting'
import { agree } from './agreeing'
import { customerOf, nowOf, pick, type Life } from './life'
import { movePayout, payOut } from './paying-out'
import type { Postman } from './postman'

const administrator = { kind: 'system', job: 'test' } as const
const reason = 'as the history has it'

export type DecisionAction = ActionOf<DecisionName>

/**
 * Has an administrator decide something, in a second in which nothing else happens, when so much of the post has come as the action
 * says. What the books refuse (nobody has heard of the payment yet) does not happen: @returns whether it did.
 */
export async function decide(
  db: Database,
  life: Life,
  postman: Postman,
  action: DecisionAction,
): Promise<boolean> {
  life.sandbox.advance(1)
  await postman.bring(action.heard, action.seed)
  await postman.setClock()
  try {
    await doIt(db, life, action)
    return true
  } catch (error) {
    if (error instanceof TributaryError) return false
    throw error
  } finally {
    life.sandbox.advance(1)
  }
}

async function doIt(db: Database, life: Life, action: DecisionAction): Promise<void> {
  switch (action.does) {
    case 'decideCode':
      return decideCode(db, life, action)
    case 'attribute':
      return attribute(db, life, action)
    case 'judge':
      return judge(db, life, action)
    case 'stand':
      return stand(db, life, action)
    case 'agree':
      return agree(db, life, action)
    case 'reverseOutside':
      return reverseOutside(db, life, action)
    case 'adjust':
      return adjust(db, life, action)
    case 'clearDebt':
      return clearDebt(db, life, action)
    case 'payOut':
      return payOut(db, life, action)
    case 'movePayout':
      return movePayout(db, life, action)
  }
}

async function decideCode(db: Database, life: Life, action: ActionOf<'decideCode'>): Promise<void> {
  const about = pick(life.shop.foreign, action.code)
  const affiliate = pick(life.affiliates, action.affiliate)
  if (!about || !affiliate) return
  const decision =
    action.as === 'affiliate'
      ? { kind: action.as, affiliateId: affiliate.id, reason }
      : { kind: action.as, reason }
  await decideUnmatched(administrator, about, decision, db)
  const id = 'couponId' in about ? about.couponId : about.promotionCodeId
  life.decisions.codes.push({ id, affiliateId: action.as === 'affiliate' ? affiliate.id : null })
}

/** Without a day only when all has been heard of: the first payment is the first that the books know. */
async function attribute(db: Database, life: Life, action: ActionOf<'attribute'>): Promise<void> {
  const customer = customerOf(life, action.customer)
  const affiliate = pick(life.affiliates, action.affiliate)
  if (!customer || !affiliate) return
  const paid = salesOf(objectsOf(life.sandbox)).filter((sale) => sale.customerId === customer.id)
  const first = paid.reduce((least, sale) => Math.min(least, sale.payment.paidAt), Infinity)
  const fromFirst = action.fromDay === null && action.heard === 100 && paid.length > 0
  const day = addDays(dayOf(life.start), action.fromDay ?? 0)
  const since = fromFirst ? first : firstSecondOf(day)
  const word = { customerId: customer.id, affiliateId: affiliate.id }
  if (!isDay(day)) throw new RangeError(day)
  await attributeByHand(administrator, { ...word, reason, ...(!fromFirst && { since: day }) }, db)
  life.decisions.attributions.push({ ...word, since })
}

async function judge(db: Database, life: Life, action: ActionOf<'judge'>): Promise<void> {
  const id = action.of === 'customer' ? customerOf(life, action.index)?.id : paymentOf(life, action.index)
  if (id === undefined) return
  const { of, decision } = action
  const before = life.decisions.verdicts.findLast((each) => each.of === of && each.id === id)
  if (decision === 'lift') await liftVerdict(administrator, { subject: { kind: of, id }, reason }, db)
  else if (of === 'customer') await judgeCustomer(administrator, { customerId: id, decision, reason }, db)
  else await judgePayment(administrator, { paymentId: id, decision, reason }, db)
  // The same word again is no new one.
  if (before?.decision !== decision) life.decisions.verdicts.push({ of, id, decision, at: nowOf(life) })
}

function paymentOf(life: Life, index: number): string | undefined {
  const outside = life.sandbox.all('invoice_payment').filter((each) => each.payment.type === 'payment_record')
  const charges = life.sandbox.all('charge').flatMap((each) => each.payment_intent ?? [])
  return pick([...charges, ...outside.map((each) => each.id)], index)
}

async function stand(db: Database, life: Life, action: ActionOf<'stand'>): Promise<void> {
  const affiliate = pick(life.affiliates, action.affiliate)
  if (!affiliate) return
  const { how } = action
  const at = nowOf(life)
  await {
    suspend: suspendAffiliate,
    reactivate: reactivateAffiliate,
    close: closeAffiliate,
    reopen: reopenAffiliate,
  }[how](administrator, { affiliateId: affiliate.id, reason }, { db, now: new Date(at * 1000) })
  const status = how === 'suspend' ? 'suspended' : how === 'close' ? 'closed' : 'active'
  life.decisions.standings.push({ affiliateId: affiliate.id, at, status })
}

async function reverseOutside(db: Database, life: Life, action: ActionOf<'reverseOutside'>): Promise<void> {
  const outside = life.sandbox
    .all('invoice_payment')
    .filter((each) => each.payment.type === 'payment_record' && each.amount_paid)
  const paid = pick(outside, action.payment)
  if (!paid) return
  const amount = Math.max(1, Math.floor(((paid.amount_paid ?? 0) * action.part) / 100))
  const at = nowOf(life)
  const id = await reverseOffStripePayment(
    administrator,
    { paymentId: paid.id, amountMinor: BigInt(amount), reason },
    { db, now: new Date(at * 1000) },
  )
  life.decisions.reversals.push({ id, paymentId: paid.id, at, amount: BigInt(amount) })
}

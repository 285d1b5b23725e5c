import fc from 'fast-check'
import { rateBps } from './setting'
import { currencies } from './shop'

const number = fc.nat({ max: 30 })
/** Of an amount: all of it, or so many hundredths. */
const part = fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 99 }))
const hours = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 48 }) },
  { weight: 3, arbitrary: fc.integer({ min: 24, max: 45 * 24 }) },
  { weight: 1, arbitrary: fc.integer({ min: 24, max: 150 * 24 }) },
)

const act = <const D extends string, S extends object>(
  does: D,
  shape: { [K in keyof S]: fc.Arbitrary<S[K]> },
) => fc.record({ does: fc.constant(does), ...shape }) as fc.Arbitrary<{ does: D } & S> // record() loses which key is which

/** @param shape of what an administrator decides, when so many hundredths of the post have come */
const decision = <const D extends string, S extends object>(
  does: D,
  shape: { [K in keyof S]: fc.Arbitrary<S[K]> },
) => act(does, { ...shape, heard: fc.constantFrom(100, 100, 50, 0), seed: fc.nat({ max: 1_000_000 }) })

const decisions = {
  decideCode: decision('decideCode', {
    code: number,
    affiliate: number,
    as: fc.constantFrom('affiliate', 'affiliate', 'house', 'open'),
  }),
  attribute: decision('attribute', {
    customer: number,
    affiliate: number,
    fromDay: fc.oneof(fc.constant(null), fc.integer({ min: -40, max: 400 })),
  }),
  judge: decision('judge', {
    of: fc.constantFrom('payment', 'customer'),
    index: number,
    decision: fc.constantFrom('void', 'void', 'hold', 'hold', 'clear', 'lift'),
  }),
  stand: decision('stand', {
    affiliate: number,
    how: fc.constantFrom('suspend', 'suspend', 'reactivate', 'close', 'reopen'),
  }),
  agree: decision('agree', {
    whose: fc.constantFrom('affiliate', 'affiliate', 'group', 'programme'),
    index: number,
    /** Null: now. */
    inDays: fc.oneof(fc.constant(null), fc.constant(null), fc.integer({ min: 1, max: 60 })),
    change: fc.oneof(
      fc.record({ rateBps }),
      fc.record({ joins: fc.constantFrom(null, 0, 1) }),
      fc.record({
        takesBack: fc.constantFrom('rateBps', 'holdDays', 'durationMonths', 'onCancel', 'earnsFrom'),
      }),
      fc.record({ holdDays: fc.constantFrom(0, 15, 45) }),
      fc.record({ durationMonths: fc.constantFrom(null, 2, 24) }),
      fc.record({ onCancel: fc.constantFrom('stop' as const, 'continue' as const) }),
      fc.record({
        offStripe: fc.constantFrom('earn', 'ignore'),
        existingCustomers: fc.constantFrom('attribute', 'ignore'),
      }),
    ),
  }),
  adjust: decision('adjust', {
    affiliate: number,
    currency: fc.constantFrom(...currencies),
    amount: fc.integer({ min: 1, max: 30_000 }),
    direction: fc.constantFrom('credit', 'debit', 'debit'),
    inDays: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 120 })),
  }),
  clearDebt: decision('clearDebt', {
    debt: number,
    part,
    /** Null: forgiven. */
    from: fc.constantFrom(null, ...currencies),
    rate: fc.constantFrom('1', '0.9231', '150.5', '0.0066'),
  }),
  reverseOutside: decision('reverseOutside', { payment: number, part }),
}

/** What is paid out on the way. */
const payments = {
  payOut: decision('payOut', { upTo: fc.constantFrom('drafted', 'approved', 'approved', 'paid', 'paid') }),
  movePayout: decision('movePayout', {
    payout: number,
    to: fc.constantFrom('paid', 'paid', 'unpaid', 'returned', 'taken_out'),
  }),
}
export type DecisionName = keyof typeof decisions | keyof typeof payments

const arbitraries = {
  pass: act('pass', { hours }),
  subscribe: act('subscribe', {
    customer: number,
    plan: number,
    code: number,
    tax: number,
    method: number,
    trialDays: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }) },
    ),
    by: fc.constantFrom('checkout', 'api'),
    /** A second item in the subscription; 0: none. */
    beside: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: number }),
    waitHours: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 23 }) },
    ),
    named: number,
  }),
  buyOnce: act('buyOnce', {
    customer: number,
    amount: fc.integer({ min: 1, max: 40_000 }),
    code: number,
    tax: number,
    method: number,
    as: fc.constantFrom('guest', 'customer', 'invoice'),
    /** Hundredths of what is authorised at first, none: it is let go; null: the money is taken at once. */
    captures: fc.constantFrom(null, null, null, 100, 60, 1, 0),
    named: number,
  }),
  bill: act('bill', {
    customer: number,
    lines: fc.array(
      fc.record({
        amount: fc.integer({ min: -3000, max: 30_000 }),
        fromDay: fc.integer({ min: -40, max: 10 }),
        days: fc.integer({ min: 0, max: 400 }),
        tax: number,
        code: number,
      }),
      { minLength: 1, maxLength: 3 },
    ),
    code: number,
    pays: fc.constantFrom(
      'card',
      'outside',
      'parts',
      'partThenOutside',
      'partThenVoid',
      'reported',
      'later',
      'uncollectible',
    ),
    part,
  }),
  settleOpen: act('settleOpen', { invoice: number, pays: fc.constantFrom('card', 'outside', 'void') }),
  refund: act('refund', {
    payment: number,
    part,
    status: fc.constantFrom('succeeded', 'succeeded', 'pending', 'fails'),
  }),
  moveRefund: act('moveRefund', { refund: number, to: fc.constantFrom('succeeded', 'failed', 'canceled') }),
  dispute: act('dispute', { payment: number, part, inquiry: fc.boolean() }),
  moveDispute: act('moveDispute', {
    dispute: number,
    to: fc.constantFrom(
      'under_review',
      'won',
      'lost',
      'appeal_needs_response',
      'appeal_under_review',
      'warning_under_review',
      'warning_closed',
      'escalated',
      'prevented',
      'funds_reinstated',
    ),
  }),
  changePlan: act('changePlan', {
    subscription: number,
    plan: number,
    quantity: fc.integer({ min: 1, max: 3 }),
    billing: fc.constantFrom('always_invoice', 'create_prorations', 'none'),
  }),
  cancel: act('cancel', {
    subscription: number,
    how: fc.constantFrom('now', 'nowProrated', 'atEnd', 'notAtEnd'),
  }),
  replace: act('replace', {
    subscription: number,
    plan: number,
    code: number,
    afterHours: fc.integer({ min: 0, max: 40 }),
    first: fc.boolean(),
  }),
  pause: act('pause', {
    subscription: number,
    behavior: fc.constantFrom('void', 'keep_as_draft', 'mark_uncollectible', 'resume'),
  }),
  addCode: act('addCode', {
    subscription: number,
    code: number,
    keeps: fc.boolean(),
    on: fc.constantFrom('subscription', 'subscription', 'item'),
  }),
  endTrial: act('endTrial', { subscription: number }),
  failCard: act('failCard', { subscription: number, works: fc.boolean() }),
  credit: act('credit', { customer: number, amount: fc.integer({ min: -20_000, max: 5000 }) }),
  creditNote: act('creditNote', {
    invoice: number,
    part,
    as: fc.constantFrom('refund', 'balance', 'outside', 'lower', 'record'),
  }),
  retireCode: act('retireCode', {
    affiliate: number,
    how: fc.constantFrom('deactivate', 'reactivate', 'deleteCoupon', 'sameText'),
  }),
  nameAffiliate: act('nameAffiliate', {
    on: fc.constantFrom('customer', 'subscription'),
    index: number,
    named: number,
  }),
  forgetCustomer: act('forgetCustomer', { customer: number }),
  use: act('use', { customer: number, calls: fc.integer({ min: 1, max: 3000 }) }),
  payTogether: act('payTogether', {
    customer: number,
    amounts: fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 2, maxLength: 3 }),
    days: fc.integer({ min: 0, max: 400 }),
    code: number,
    tax: number,
  }),
  ...decisions,
  ...payments,
  deliver: act('deliver', { part: fc.integer({ min: 0, max: 100 }), seed: fc.nat({ max: 1_000_000 }) }),
}

type Arbitraries = typeof arbitraries
export type ActionName = keyof Arbitraries
export type Action = {
  [K in ActionName]: Arbitraries[K] extends fc.Arbitrary<infer A> ? A : never
}[ActionName]
export type ActionOf<K extends ActionName> = Extract<Action, { does: K }>

export const isDecision = (action: Action): action is ActionOf<DecisionName> =>
  action.does in decisions || action.does in payments

const weights: Record<ActionName, number> = {
  pass: 8,
  subscribe: 6,
  buyOnce: 2,
  bill: 2,
  settleOpen: 1,
  refund: 4,
  moveRefund: 2,
  dispute: 2,
  moveDispute: 3,
  changePlan: 4,
  cancel: 2,
  replace: 1,
  pause: 1,
  addCode: 2,
  endTrial: 1,
  failCard: 1,
  credit: 1,
  creditNote: 1,
  retireCode: 1,
  nameAffiliate: 1,
  forgetCustomer: 1,
  payTogether: 1,
  use: 3,
  decideCode: 1,
  attribute: 1,
  judge: 3,
  stand: 2,
  agree: 3,
  adjust: 2,
  clearDebt: 2,
  reverseOutside: 1,
  payOut: 0,
  movePayout: 0,
  deliver: 3,
}

/** @param more weights other than the usual */
export function actions(more: Partial<Record<ActionName, number>> = {}): fc.Arbitrary<Action[]> {
  const names = Object.keys(arbitraries) as ActionName[] // its own keys
  const all = names.map((name) => ({
    weight: more[name] ?? weights[name],
    arbitrary: arbitraries[name] as fc.Arbitrary<Action>,
  })) // one of the union
  return fc.array(fc.oneof(...all), { minLength: 1, maxLength: 25, size: 'max' })
}

import fc from 'fast-check'

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
  addCode: act('addCode', { subscription: number, code: number, keeps: fc.boolean() }),
  endTrial: act('endTrial', { subscription: number }),
  failCard: act('failCard', { subscription: number, works: fc.boolean() }),
  credit: act('credit', { customer: number, amount: fc.integer({ min: -20_000, max: 5000 }) }),
  creditNote: act('creditNote', {
    invoice: number,
    part,
    as: fc.constantFrom('refund', 'balance', 'outside', 'lower'),
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
  deliver: act('deliver', { part: fc.integer({ min: 0, max: 100 }), seed: fc.nat({ max: 1_000_000 }) }),
}

type Arbitraries = typeof arbitraries
export type ActionName = keyof Arbitraries
export type Action = {
  [K in ActionName]: Arbitraries[K] extends fc.Arbitrary<infer A> ? A : never
}[ActionName]
export type ActionOf<K extends ActionName> = Extract<Action, { does: K }>

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
  deliver: 3,
}

/** @param only these kinds, for narrowing a disagreement down */
export function actions(): fc.Arbitrary<Action[]> {
  const names = Object.keys(arbitraries) as ActionName[] // its own keys
  const all = names.map((name) => ({
    weight: weights[name],
    arbitrary: arbitraries[name] as fc.Arbitrary<Action>,
  })) // one of the union
  return fc.array(fc.oneof(...all), { minLength: 1, maxLength: 25, size: 'max' })
}

/** What holds for a whole history. */
export interface Setting {
  start: number
  feeDelaySeconds: number
  feeBps: number
  renewalDraftSeconds: number
  terms: TermsSeed[]
  seed: number
}

export interface TermsSeed {
  rateBps: number
  holdDays: number
  durationMonths: number | null
  onCancel: 'stop' | 'continue'
  offStripe: 'earn' | 'ignore'
  existingCustomers: 'attribute' | 'ignore'
  earnsFromDay: number
  scope: boolean
  discount: { percentOff: number } | { amountOff: number; currency: string } | null
  /** Days after the start from which other terms of their own hold. */
  changesAfterDays: number | null
}

const termsSeed: fc.Arbitrary<TermsSeed> = fc.record({
  rateBps: fc.oneof(fc.constant(2000), fc.integer({ min: 0, max: 10_000 })),
  holdDays: fc.constantFrom(30, 30, 0, 7, 60),
  durationMonths: fc.constantFrom(null, null, null, 1, 3, 12),
  onCancel: fc.constantFrom('stop', 'stop', 'continue'),
  offStripe: fc.constantFrom('earn', 'earn', 'ignore'),
  existingCustomers: fc.constantFrom('attribute', 'attribute', 'ignore'),
  earnsFromDay: fc.constantFrom(0, 0, 0, 40),
  scope: fc.constantFrom(false, false, false, true),
  discount: fc.constantFrom(
    null,
    null,
    { percentOff: 12.5 },
    { percentOff: 100 },
    { amountOff: 500, currency: 'usd' },
  ),
  changesAfterDays: fc.constantFrom(null, null, 60),
})

export const settings: fc.Arbitrary<Setting> = fc.record({
  start: fc.integer({ min: Date.UTC(2023, 0, 1) / 1000, max: Date.UTC(2024, 11, 31) / 1000 }),
  feeDelaySeconds: fc.constantFrom(0, 0, 60, 90_000),
  feeBps: fc.constantFrom(290, 290, 0, 9000),
  renewalDraftSeconds: fc.constantFrom(0, 3600),
  terms: fc.array(termsSeed, { minLength: 2, maxLength: 4 }),
  seed: fc.nat(),
})

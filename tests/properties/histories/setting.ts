import fc from 'fast-check'

/** What holds for a whole history. */
export interface Setting {
  start: number
  feeDelaySeconds: number
  feeBps: number
  renewalDraftSeconds: number
  /** What the programme is paid in, by the customer's currency, where that is another. */
  settlement: Record<string, string>
  groups: TermsSeed[]
  affiliates: AffiliateSeed[]
  seed: number
}

/** What is agreed; a key that is missing is the group's, or the programme's. */
export interface TermsSeed {
  rateBps?: number
  holdDays?: number
  durationMonths?: number | null
  onCancel?: 'stop' | 'continue'
  offStripe?: 'earn' | 'ignore'
  existingCustomers?: 'attribute' | 'ignore'
  earnsFromDay?: number
  scope?: boolean
}

export interface AffiliateSeed {
  terms: TermsSeed
  /** Which of the groups they are in from the beginning; null: none. */
  group: number | null
  discount: { percentOff: number } | { amountOff: number; currency: string } | null
  /** Days after the start from which other terms of their own hold. */
  changesAfterDays: number | null
}

/** Rates and days that stand for themselves are agreed for later (`agree`): no other is ever the same. */
export const rateBps = fc.oneof(
  fc.constant(2000),
  fc.integer({ min: 0, max: 10_000 }).filter((rate) => rate < 3300 || rate > 3600),
)

const termsSeed: fc.Arbitrary<TermsSeed> = fc.record(
  {
    rateBps,
    holdDays: fc.constantFrom(30, 30, 0, 7, 60),
    durationMonths: fc.constantFrom(null, null, null, 1, 3, 12),
    onCancel: fc.constantFrom('stop', 'stop', 'continue'),
    offStripe: fc.constantFrom('earn', 'earn', 'ignore'),
    existingCustomers: fc.constantFrom('attribute', 'attribute', 'ignore'),
    earnsFromDay: fc.constantFrom(0, 0, 0, 40),
    scope: fc.constantFrom(false, false, false, true),
  },
  { requiredKeys: [] },
)

const affiliateSeed: fc.Arbitrary<AffiliateSeed> = fc.record({
  terms: termsSeed,
  group: fc.constantFrom(null, 0, 1),
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
  // Whole minutes: decisions are dated by a clock that runs on while they are made, and must not come to the next day by it.
  start: fc
    .integer({ min: Date.UTC(2023, 0, 1) / 60_000, max: Date.UTC(2024, 11, 31) / 60_000 })
    .map((minute) => minute * 60),
  feeDelaySeconds: fc.constantFrom(0, 0, 60, 90_000),
  feeBps: fc.constantFrom(290, 290, 0, 9000),
  renewalDraftSeconds: fc.constantFrom(0, 3600),
  settlement: fc.constantFrom<Record<string, string>>(
    {},
    { eur: 'usd:1.0801' },
    { eur: 'usd:1.0801' },
    { jpy: 'usd:0.0066', kwd: 'usd:3.2512' },
    { usd: 'eur:0.9231', kwd: 'jpy:488.3' },
  ),
  groups: fc.array(termsSeed, { minLength: 2, maxLength: 2 }),
  affiliates: fc.array(affiliateSeed, { minLength: 2, maxLength: 4 }),
  seed: fc.nat(),
})

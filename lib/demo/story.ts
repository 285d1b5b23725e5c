import { addMonths, daysBetween, startOfDay, type Day, type Instant } from '@/lib/calendar'
import { createDice, type Dice } from './dice'
import { demoAffiliates, drawCustomer, type DemoAffiliate, type DemoCustomer } from './people'

export type PlanKey = 'pro_monthly' | 'pro_annual' | 'team_monthly' | 'onboarding'

/** What is typed into Checkout's field: an affiliate's code, or one that the programme gave out itself. */
export type TypedCode = { handle: string } | { house: string }

/** One thing that somebody does at a moment. `key` names it for ever: done once, it is not done again. */
export type Deed = { key: string; at: Instant } & (
  | { kind: 'join'; affiliate: DemoAffiliate }
  | {
      kind: 'buy'
      customer: DemoCustomer
      plan: PlanKey
      code: TypedCode | null
      /** Stripe's fee on each payment with this card, in minor units; null: by Stripe's usual price. */
      feeMinor: number | null
    }
  | { kind: 'add_code'; customer: DemoCustomer; code: TypedCode }
  | { kind: 'refund'; customer: DemoCustomer; shareBps: number }
  | { kind: 'cancel'; customer: DemoCustomer; when: 'now' | 'period_end' }
)

export const storyMonths = 8
const newCustomers = [16, 20, 24, 29, 33, 38, 43, 47]
/** Of the seeds tried, one with which Ahmet, in whose place a newcomer looks around, has customers of every kind. */
const seed = 567
const day = 86_400
export const houseCode = 'LAUNCH10'

/** The founding example: Pro monthly with 5 % off, a fee of $3.55, and so a commission of $4.80. */
const foundingFeeMinor = 355

const plans: { plan: PlanKey; weight: number }[] = [
  { plan: 'pro_monthly', weight: 58 },
  { plan: 'pro_annual', weight: 22 },
  { plan: 'team_monthly', weight: 16 },
  { plan: 'onboarding', weight: 4 },
]

/** Eight months of a shop that begin on `start`, in the order of time; the same at every telling. */
export function tellStory(start: Day): Deed[] {
  const begin = startOfDay(start)
  const end = startOfDay(addMonths(start, storyMonths)) - day
  const taken = new Set<string>()
  const deeds: Deed[] = demoAffiliates.map((affiliate, index) => ({
    kind: 'join',
    key: `join/${affiliate.handle}`,
    at:
      affiliate.joins === 0
        ? begin - (20 - index) * 3600
        : monthBegins(start, affiliate.joins) + index * 3600,
    affiliate,
  }))
  for (const [month, count] of newCustomers.entries()) {
    const first = monthBegins(start, month)
    const days = (monthBegins(start, month + 1) - first) / day
    for (let n = 0; n < count; n++) {
      const isFirst = month === 0 && n === 0
      // Dice of their own: how long one customer stays must not change who the next one is.
      const dice = createDice(seed + 1000 * taken.size)
      // The month's first day is for those who join as affiliates.
      const at = first + (isFirst ? 1 : 2 + dice.below(days - 3)) * day + officeHour(dice)
      const customer = drawCustomer(dice, taken)
      const key = `${String(month + 1)}-${String(n + 1).padStart(2, '0')}`
      deeds.push(...(isFirst ? [founding(customer, at)] : lifeOf(dice, { customer, key, month, at, end })))
    }
  }
  return deeds.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at || a.key.localeCompare(b.key))
}

function monthBegins(start: Day, month: number): Instant {
  return startOfDay(start) + daysBetween(start, addMonths(start, month)) * day
}

function officeHour(dice: Dice): number {
  return 7 * 3600 + dice.below(14 * 3600)
}

function founding(customer: DemoCustomer, at: Instant): Deed {
  return {
    kind: 'buy',
    key: 'buy/founding',
    at,
    customer,
    plan: 'pro_monthly',
    code: { handle: 'AHMET' },
    feeMinor: foundingFeeMinor,
  }
}

interface Life {
  customer: DemoCustomer
  key: string
  month: number
  at: Instant
  end: Instant
}

/** What one customer does from the first purchase on. */
function lifeOf(dice: Dice, { customer, key, month, at, end }: Life): Deed[] {
  const { plan } = dice.weigh(plans)
  const affiliate = dice.weigh(demoAffiliates.filter(({ joins }) => joins <= month))
  const code: TypedCode | null = dice.chance(82)
    ? { handle: affiliate.handle }
    : dice.chance(20)
      ? { house: houseCode }
      : null
  const life: Deed[] = [{ kind: 'buy', key: `buy/${key}`, at, customer, plan, code, feeMinor: null }]
  if (code === null && plan !== 'onboarding' && dice.chance(20)) {
    const later = at + (10 + dice.below(20)) * day
    life.push({
      kind: 'add_code',
      key: `code/${key}`,
      at: later,
      customer,
      code: { handle: affiliate.handle },
    })
  }
  if (dice.chance(7)) {
    const isWhole = dice.chance(40)
    const back = at + (2 + dice.below(18)) * day + officeHour(dice)
    const shareBps = isWhole ? 10_000 : 2000 + dice.below(7) * 500
    life.push({ kind: 'refund', key: `refund/${key}`, at: back, customer, shareBps })
    if (!isWhole || plan === 'onboarding') return life
    // Who gets everything back leaves as well.
    return [...life, { kind: 'cancel', key: `cancel/${key}`, at: back + 60, customer, when: 'now' }]
  }
  const leaves = plan === 'onboarding' ? null : leaving(dice, plan, at, end)
  if (leaves === null) return life
  const when = dice.chance(70) && plan !== 'pro_annual' ? 'period_end' : 'now'
  return [...life, { kind: 'cancel', key: `cancel/${key}`, at: leaves, customer, when }]
}

/** About one in twenty leaves in a month; of those who paid for a year, few before it is over. */
function leaving(dice: Dice, plan: PlanKey, from: Instant, end: Instant): Instant | null {
  const percent = plan === 'pro_annual' ? 1 : 5
  for (let at = from + 20 * day; at < end; at += 30 * day) {
    if (dice.chance(percent)) return at + dice.below(10) * day + dice.below(6 * 3600)
  }
  return null
}

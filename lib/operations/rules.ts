/** What can be wrong with a running programme. Values and thresholds are whole numbers in the unit of the kind. */
export const kinds = {
  inbox_age: { unit: 'seconds', passes: 'above' },
  quarantine: { unit: 'events', passes: 'reached' },
  completeness: { unit: 'basis points', passes: 'below' },
  clearing: { unit: 'accounts', passes: 'reached' },
  fee_wait: { unit: 'hours', passes: 'above' },
  webhook_silence: { unit: 'hours', passes: 'above' },
} as const

export type AlertKind = keyof typeof kinds

/** Null: not known, as completeness is before the first sweep. */
export type Gauges = Record<AlertKind, number | null>
/** Null: not watched. */
export type Thresholds = Record<AlertKind, number | null>

export interface Passed {
  kind: AlertKind
  value: number
  threshold: number
}

/** The thresholds that are passed. What is not known or not watched is not passed. */
export function findPassed(gauges: Gauges, thresholds: Thresholds): Passed[] {
  return (Object.keys(kinds) as AlertKind[]).flatMap((kind) => {
    const value = gauges[kind]
    const threshold = thresholds[kind]
    if (value === null || threshold === null) return []
    return isPassed(kinds[kind].passes, value, threshold) ? [{ kind, value, threshold }] : []
  })
}

function isPassed(how: 'above' | 'reached' | 'below', value: number, threshold: number): boolean {
  switch (how) {
    case 'above':
      return value > threshold
    case 'reached':
      return value >= threshold
    case 'below':
      return value < threshold
  }
}

export const titles: Record<AlertKind, string> = {
  inbox_age: 'Events wait too long',
  quarantine: 'Events could not be settled',
  completeness: 'Stripe knows objects that the books cannot explain',
  clearing: 'Accounts that must be zero are not',
  fee_wait: 'A fee from Stripe is overdue',
  webhook_silence: 'Stripe’s webhook is silent',
}

/** What to do about each, and where in the console. */
export const remedies: Record<AlertKind, { text: string; path: string }> = {
  inbox_age: {
    text: 'Nothing is lost: every event is kept. Look whether a worker runs, and whether it logs errors.',
    path: '/admin/events',
  },
  quarantine: {
    text: 'Each says what stands in its way. Once that is mended, put it back to work.',
    path: '/admin/events?outcome=quarantined',
  },
  completeness: {
    text: 'The last sweep over Stripe found them; each has a sentence that says what is missing.',
    path: '/admin/sweep?verdict=unexplained',
  },
  clearing: {
    text: 'Approve no payouts until `npm run tributary -- verify` has told which rows disagree.',
    path: '/admin/sweep',
  },
  fee_wait: {
    text: 'Commissions wait for Stripe’s fee, since they are a share of what arrives. Look at the payment in Stripe.',
    path: '/admin/commissions?status=awaiting_fee',
  },
  webhook_silence: {
    text: 'In Stripe, look whether the endpoint is enabled and what its last deliveries were answered. The nightly sweep brings in what was missed.',
    path: '/admin/events',
  },
}

/** As in `92 minutes`, `3 events`, `99.87 %`. */
export function valueInWords(kind: AlertKind, value: number): string {
  switch (kinds[kind].unit) {
    case 'seconds':
      return value < 120 ? counted(value, 'second') : counted(Math.floor(value / 60), 'minute')
    case 'hours':
      return counted(value, 'hour')
    case 'events':
      return counted(value, 'event')
    case 'accounts':
      return counted(value, 'account')
    case 'basis points':
      return `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')} %`
  }
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

import type { LedgerLine } from '@/lib/settlement/facts'

export type Account = 'commission_expense' | 'earned' | 'held'

/** Which lines a difference is about: those of one payment on one basis. */
export interface Subject {
  paymentId: string
  invoiceId: string | null
  customerId: string | null
}

/** A row of the ledger, as the difference sees it. */
export interface WrittenTransfer {
  lineKey: string
  seq: number
  affiliateId: string
  currency: string
  debit: string
  credit: string
  amountMinor: bigint
  earnedOn: string
  payableOn: string
}

export interface NewTransfer extends WrittenTransfer {
  kind: LedgerLine['kind'] | 'hold'
  debit: Account
  credit: Account
  /** Epoch seconds. */
  occurredAt: number
}

interface Standing {
  lineKey: string
  kind: LedgerLine['kind']
  affiliateId: string
  currency: string
  earnedOn: string
  payableOn: string
  occurredAt: number
  /** What is still to be moved into each account. */
  missing: Map<Account, bigint>
}

/**
 * The transfers that make the ledger say what it ought to. A line is one key on one pair of days; what stood there before and ought
 * not to is taken back there, what ought to and does not is added. An empty answer means that the books are right.
 * @param written all rows of the subject that settlement wrote; not those of payouts, which move lines and do not change them
 */
export function difference(
  target: readonly LedgerLine[],
  written: readonly WrittenTransfer[],
): NewTransfer[] {
  const standings = new Map<string, Standing>()
  const seqs = new Map<string, number>()
  for (const line of target) {
    const standing = at(standings, line, line.occurredAt, line.kind)
    add(standing, line.account, line.amountMinor)
    add(standing, 'commission_expense', -line.amountMinor)
  }
  const occurred = new Map(target.map((line) => [line.lineKey, line.occurredAt]))
  for (const row of written) {
    seqs.set(row.lineKey, Math.max(seqs.get(row.lineKey) ?? 0, row.seq))
    const standing = at(standings, row, occurred.get(row.lineKey) ?? null, kindOf(row.lineKey))
    add(standing, accountOf(row.debit), row.amountMinor)
    add(standing, accountOf(row.credit), -row.amountMinor)
  }
  return [...standings.values()].flatMap((standing) => transfersOf(standing, seqs))
}

function at(
  standings: Map<string, Standing>,
  line: Pick<WrittenTransfer, 'lineKey' | 'affiliateId' | 'currency' | 'earnedOn' | 'payableOn'>,
  occurredAt: number | null,
  kind: LedgerLine['kind'],
): Standing {
  const { lineKey, affiliateId, currency, earnedOn, payableOn } = line
  const key = [lineKey, affiliateId, currency, earnedOn, payableOn].join(' ')
  const known = standings.get(key)
  if (known) return known
  const happened = occurredAt ?? Date.parse(earnedOn) / 1000
  const fresh = {
    lineKey,
    kind,
    affiliateId,
    currency,
    earnedOn,
    payableOn,
    occurredAt: happened,
    missing: new Map(),
  }
  standings.set(key, fresh)
  return fresh
}

function add(standing: Standing, account: Account, amountMinor: bigint): void {
  standing.missing.set(account, (standing.missing.get(account) ?? 0n) + amountMinor)
}

/** What is in a payout or paid was earned: later reversals stand on `earned` as a debt. */
function accountOf(account: string): Account {
  switch (account) {
    case 'commission_expense':
    case 'held':
      return account
    case 'earned':
    case 'in_payout':
    case 'paid':
      return 'earned'
    default:
      throw new Error(`A settlement wrote to the account ${account}.`)
  }
}

function kindOf(lineKey: string): LedgerLine['kind'] {
  const [first = ''] = lineKey.split(/[:/]/)
  if (first === 'instalment' || first === 'dispute' || first === 'cancel' || first === 'void') return first
  return 'refund'
}

/** At most three accounts, whose missing amounts add up to nothing: what is too much in one goes where it is too little. */
function transfersOf(standing: Standing, seqs: Map<string, number>): NewTransfer[] {
  const { missing, kind, ...line } = standing
  const order: Account[] = ['commission_expense', 'earned', 'held']
  const transfers: NewTransfer[] = []
  for (const debit of order) {
    for (const credit of order) {
      const [over, under] = [-(missing.get(debit) ?? 0n), missing.get(credit) ?? 0n]
      if (over <= 0n || under <= 0n) continue
      const amountMinor = over < under ? over : under
      missing.set(debit, amountMinor - over)
      missing.set(credit, under - amountMinor)
      const seq = (seqs.get(line.lineKey) ?? 0) + 1
      seqs.set(line.lineKey, seq)
      const moved = debit !== 'commission_expense' && credit !== 'commission_expense'
      transfers.push({ ...line, kind: moved ? 'hold' : kind, seq, debit, credit, amountMinor })
    }
  }
  return transfers
}

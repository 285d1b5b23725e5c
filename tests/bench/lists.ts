import type { Database } from '@/db'
import type { Actor } from '@/lib/actor'
import { listAffiliates } from '@/lib/affiliates/queries'
import { listStory } from '@/lib/affiliates/story-queries'
import { listAnomalies } from '@/lib/anomalies/queries'
import { listHouseCodes } from '@/lib/attribution/house-queries'
import { listConflicts, listUnmatched } from '@/lib/attribution/queries'
import { listAudit } from '@/lib/audit/queries'
import { listCodes } from '@/lib/codes/console-queries'
import { listCommissions } from '@/lib/commissions/queries'
import { listAllCustomers } from '@/lib/customers/console-queries'
import { listCustomers } from '@/lib/customers/queries'
import { listEvents } from '@/lib/intake/queries'
import { listSweeps } from '@/lib/intake/reconcile/past-sweeps'
import { listFindings, listLeaks } from '@/lib/intake/reconcile/queries'
import { listDebts } from '@/lib/payouts/debt-queries'
import { listPayouts } from '@/lib/payouts/queries'
import { listLeftOut, listPayoutRuns } from '@/lib/payouts/run-queries'
import { listLiabilityByMonth, listRedeemed } from '@/lib/programme/console-figures'
import { getProgrammeFigures } from '@/lib/programme/figures'
import type { Bench } from './bench'
import { affiliateId } from './books'
import { timed, type Figure } from './figure'
import { fillListed } from './listed-books'

const viewer: Actor = { kind: 'api_key', id: 'key_bench', scope: 'read' }
const on = '2026-01-10'
const limit = 25

/** Each list as its page asks for it, with the narrowings that leave few rows and with those that leave nearly all. */
const reads: Record<string, (db: Database) => Promise<unknown>> = {
  commissions: (db) => listCommissions(viewer, { limit }, db),
  'commissions, the oldest first': (db) => listCommissions(viewer, { limit, sort: 'oldest' }, db),
  'commissions, the largest first': (db) => listCommissions(viewer, { limit, sort: 'largest' }, db),
  'commissions, the smallest payment first': (db) =>
    listCommissions(viewer, { limit, sort: 'smallest_payment' }, db),
  'commissions, held, the largest first': (db) =>
    listCommissions(viewer, { limit, sort: 'largest', status: 'held' }, db),
  'commissions, nobody’s': (db) => listCommissions(viewer, { limit, status: 'unattributed' }, db),
  'commissions, held': (db) => listCommissions(viewer, { limit, status: 'held' }, db),
  'commissions, fee overdue': (db) => listCommissions(viewer, { limit, feeOverdue: true }, db),
  'commissions of an affiliate, held': (db) =>
    listCommissions(viewer, { limit, affiliateId: affiliateId(3), status: 'held' }, db),
  'commissions, found by a code': (db) => listCommissions(viewer, { limit, sought: 'GRETALINDHOLM3X5' }, db),
  affiliates: (db) => listAffiliates(viewer, { limit }, db),
  'affiliates by name': (db) => listAffiliates(viewer, { limit, sort: 'name' }, db),
  'affiliates by what they earned': (db) =>
    listAffiliates(viewer, { limit, sort: 'earned_most', currency: 'usd' }, db),
  'affiliates, suspended, by what they earned': (db) =>
    listAffiliates(viewer, { limit, sort: 'earned_least', currency: 'usd', status: 'suspended' }, db),
  'affiliates, suspended': (db) => listAffiliates(viewer, { limit, status: 'suspended' }, db),
  'affiliates, part of an address': (db) => listAffiliates(viewer, { limit, search: 'novak77@' }, db),
  'affiliates, what all share': (db) => listAffiliates(viewer, { limit, search: 'example' }, db),
  customers: (db) => listAllCustomers(viewer, { limit, attributed: true }, db),
  'anomalies, open': (db) => listAnomalies(viewer, { limit, state: 'open' }, db),
  'anomalies, voided': (db) => listAnomalies(viewer, { limit, state: 'void' }, db),
  unmatched: (db) => listUnmatched(viewer, { limit }, db),
  conflicts: (db) => listConflicts(viewer, { limit }, db),
  events: (db) => listEvents(viewer, { limit }, db),
  'events, quarantined': (db) => listEvents(viewer, { limit, outcome: 'quarantined' }, db),
  'events of a type': (db) => listEvents(viewer, { limit, type: 'refund.failed' }, db),
  payouts: (db) => listPayouts(viewer, { limit }, db),
  'payouts that failed': (db) => listPayouts(viewer, { limit, state: 'failed' }, db),
  'payouts with a warning': (db) => listPayouts(viewer, { limit, warned: true }, db),
  'payouts of an affiliate': (db) => listPayouts(viewer, { limit, ofAffiliate: affiliateId(3) }, db),
  'a run’s payouts, the largest first': (db) =>
    listPayouts(viewer, { limit, runId: 'run_7', sort: 'largest' }, db),
  'who is left out of a run': (db) => listLeftOut(viewer, { limit, runId: 'run_12' }, db),
  'payout runs': (db) => listPayoutRuns(viewer, { limit }, db),
  debts: (db) => listDebts(viewer, on, { limit }, db),
  codes: (db) => listCodes(viewer, { limit }, db),
  'codes, the most used first': (db) => listCodes(viewer, { limit, sort: 'used' }, db),
  'codes, used up': (db) => listCodes(viewer, { limit, kind: 'over' }, db),
  'codes to be looked at': (db) => listCodes(viewer, { limit, kind: 'look' }, db),
  'codes, part of one': (db) => listCodes(viewer, { limit, search: 'ovak77' }, db),
  'what a sweep found': (db) => listFindings(viewer, { limit, sweepId: 1 }, db),
  'what a sweep found, unexplained': (db) =>
    listFindings(viewer, { limit, sweepId: 1, verdict: 'unexplained' }, db),
  'every sweep': (db) => listSweeps(viewer, { limit }, db),
  'what a sweep saved': (db) => listLeaks(viewer, { limit, sweepId: 1 }, db),
  'the house’s own codes': (db) => listHouseCodes(viewer, { limit }, db),
  'an affiliate’s story': (db) => listStory(viewer, { limit, affiliateId: affiliateId(3) }, db),
  'audit log of terms': (db) => listAudit(viewer, { limit, action: 'terms' }, db),
  'audit log': (db) => listAudit(viewer, { limit }, db),
  'an affiliate’s commissions': (db) => listCommissions(viewer, { limit, affiliateId: affiliateId(3) }, db),
  'an affiliate’s commissions, the largest first': (db) =>
    listCommissions(viewer, { limit, affiliateId: affiliateId(3), sort: 'largest' }, db),
  'an affiliate’s customers': (db) => listCustomers(viewer, { limit, affiliateId: affiliateId(3) }, db),
  'an affiliate’s customers, by what they earned': (db) =>
    listCustomers(viewer, { limit, affiliateId: affiliateId(3), sort: 'earned' }, db),
  'the first page’s figures': async (db) => {
    const now = new Date(`${on}T12:00:00Z`)
    await getProgrammeFigures(viewer, on, db)
    await listLiabilityByMonth(viewer, on, db)
    await listRedeemed(viewer, { now, days: 30, limit: 8 }, db)
  },
}

/** The 95th percentile of each list's query in a programme of ten thousand commissions and in one of a million, read in turn. */
export async function measureLists({ server, quick }: Bench): Promise<Figure[]> {
  const books = {
    // To each of those who earn the same number, so that it is the programme that grows.
    few: await fillListed(server, { commissions: 10_000, affiliates: 1_000, among: 40 }),
    many: await fillListed(server, { commissions: 1_000_000, affiliates: 100_000, among: 4_000 }),
  }
  const times = quick ? 40 : 200
  const figures: Figure[] = []
  for (const [name, read] of Object.entries(reads)) {
    const took = { few: [] as number[], many: [] as number[] }
    await Promise.all([read(books.few.db), read(books.many.db)])
    for (let at = 0; at < times; at++) {
      took.few.push(await timed(() => read(books.few.db)))
      took.many.push(await timed(() => read(books.many.db)))
    }
    const [few, many] = [percentile(took.few), percentile(took.many)]
    figures.push(
      { name: `${name}, beside 1,000,000 commissions`, value: many * 1000, unit: 'ms' },
      { name: `${name}, 1,000,000 / 10,000`, value: many / few, unit: 'ratio', aim: { atMost: 2 } },
    )
  }
  await Promise.all([books.few.drop(), books.many.drop()])
  return figures
}

function percentile(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? 0
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ledgerTransfers, connect, type Connection } from '@/db'
import type { Actor } from '@/lib/actor'
import { exportLedger, type ExportedTransfer } from '@/lib/ledger/export-ledger'
import { invariants, verifyBooks } from '@/lib/ledger/verify'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { payoutBreakages } from '@/tests/support/payout-breakages'
import { tamper, writeSmallBooks } from '@/tests/support/small-books'

const auditor: Actor = { kind: 'api_key', id: 'key_read', scope: 'read' }
const stranger: Actor = {
  kind: 'person',
  userId: 'u',
  email: 'x@example.com',
  administrator: null,
  affiliateId: 'aff_2',
}

let database: TestDatabase
let connection: Connection
let superuser: Connection

beforeEach(async () => {
  database = await testDatabase()
  connection = connect(database.url)
  superuser = connect(database.superuserUrl, { max: 1 })
  await writeSmallBooks(connection.db)
})
afterEach(async () => {
  await connection.close()
  await superuser.close()
  await database.drop()
})

async function brokenNow(): Promise<Record<string, string[]>> {
  const verdicts = await verifyBooks(auditor, { db: connection.db })
  return Object.fromEntries(verdicts.filter(({ holds }) => !holds).map(({ name, rows }) => [name, rows]))
}

/** Each breaks what it names; further invariants may be broken with it. */
const breakages: [name: string, statement: string, words: string][] = [
  [
    'adjustments_are_in_the_ledger',
    `insert into adjustments (id, affiliate_id, direction, currency, amount_minor, payable_on, reason, decided_by, at)
     values ('adj_1', 'aff_1', 'credit', 'usd', 100, '2026-05-01', 'a bonus', 'adm_1', '2026-04-01')`,
    'adjustment:adj_1: decided 100',
  ],
  [
    'rollups_equal_lines',
    `update balance_days set amount_minor = 445 where amount_minor = 446`,
    'the lines give 446, the roll-up says 445',
  ],
  [
    'rollups_equal_lines',
    `delete from balance_days where amount_minor = 354`,
    'the lines give 354, the roll-up says 0',
  ],
  [
    'reversals_equal_lines',
    `update reversal_days set amount_minor = 90`,
    'the lines took back 91, the roll-up says 90',
  ],
  [
    'balances_add_up_to_lifetime',
    `insert into balance_days values ('aff_1', 'eur', 'paid', '2026-01-01', '2026-01-01', 5)`,
    'balances add up to 5, the programme gave 0',
  ],
  [
    'nothing_held_or_paid_below_zero',
    `insert into balance_days values ('aff_1', 'usd', 'paid', '2026-01-01', '2026-01-01', -5)`,
    'aff_1 usd paid: -5',
  ],
  [
    'lines_are_numbered_without_gaps',
    `update ledger_transfers set seq = 2 where line_key = 'instalment/1'`,
    'numbered from 2 to 2',
  ],
  [
    'lines_equal_commissions',
    `update commissions set reversed_minor = 90, remaining_minor = 801`,
    'the lines give 800, the commission says 801',
  ],
  [
    'lines_equal_commissions',
    `delete from ledger_transfers where line_key = 'instalment/0'`,
    'the lines give 354, the commission says 800',
  ],
  [
    'lines_equal_commissions',
    `update commissions set currency = 'eur'`,
    'eur: the lines give 0, the commission says 800',
  ],
  ['lines_have_a_commission', `delete from commissions`, 'pi_1 in_1'],
  ['commissions_have_a_settlement', `delete from settlements`, 'pi_1 in_1'],
  [
    'held_and_earned_as_the_status_says',
    `update commissions set status = 'held'`,
    'is held: 800 on earned, 0 on held',
  ],
  [
    'instalments_never_below_zero',
    `update ledger_transfers set amount_minor = 446 where kind = 'refund'`,
    'instalment 1: -1',
  ],
  ['nobody_earns_from_a_void', `update commissions set status = 'void'`, 'is void: 800 remains'],
  [
    'verdicts_are_carried_out',
    `insert into verdicts (subject_kind, subject_id, decision, reason, decided_by, at)
     values ('customer', 'cus_1', 'void', 'x', 'adm_1', now())`,
    'pi_1 in_1 is settled, judged void',
  ],
  ['voids_and_holds_have_a_reason', `update commissions set status = 'void'`, 'pi_1 in_1 is void'],
  ...payoutBreakages,
  ['events_are_done_or_visible', `delete from inbox_work`, 'evt_1 (invoice.paid) is nowhere'],
  ['events_are_done_or_visible', `delete from inbox_events`, 'evt_1 is being worked on, but never came'],
  ['programme_has_terms', `delete from terms`, 'There are no first terms'],
  ['affiliates_have_codes', `delete from codes`, 'aff_1 (Ahmet)'],
  [
    'affiliates_stand_as_decided',
    `update affiliates set status = 'suspended' where id = 'aff_1'`,
    'aff_1 (Ahmet) is suspended, decided nothing',
  ],
  ['attributions_have_evidence', `delete from evidence`, 'cus_1 belongs to aff_1'],
  [
    'record_is_append_only',
    `drop trigger ledger_transfers_append_only on ledger_transfers`,
    'ledger_transfers has no trigger against UPDATE and DELETE',
  ],
  [
    'record_is_append_only',
    `alter table facts disable trigger facts_no_truncate`,
    'facts has no trigger against TRUNCATE',
  ],
  [
    'application_may_not_change_the_record',
    `grant update on ledger_transfers to tributary_app`,
    'tributary_app may UPDATE ledger_transfers',
  ],
]

describe('verifying the books', () => {
  it('finds nothing wrong with books that are right', async () => {
    expect(await brokenNow()).toEqual({})
    const verdicts = await verifyBooks(auditor, { db: connection.db })
    expect(verdicts.map(({ name }) => name)).toEqual(invariants.map(({ name }) => name))
    expect(verdicts.every(({ note }) => note === null)).toBe(true)
  })

  it.each(breakages)('finds %s broken by: %s', async (name, statement, words) => {
    await tamper(superuser.db, statement)
    const broken = await brokenNow()
    expect(broken[name]?.join('\n')).toContain(words)
  })

  it('has a breakage here for every invariant', () => {
    expect([...new Set(breakages.map(([name]) => name))].toSorted()).toEqual(
      invariants.map(({ name }) => name).toSorted(),
    )
  })

  it('counts all that is wrong and shows the first twenty', async () => {
    await tamper(
      superuser.db,
      `insert into inbox_events select 'evt_x' || n, 'x', null, null, now(), now() from generate_series(1, 50) n`,
    )
    const verdicts = await verifyBooks(auditor, { db: connection.db })
    const events = verdicts.find(({ name }) => name === 'events_are_done_or_visible')
    expect([events?.holds, events?.count, events?.rows.length]).toEqual([false, 50, 20])
  })

  it('says that append-only rests on triggers alone where the application owns the tables', async () => {
    const owner = connect(database.migrateUrl, { max: 1 })
    const verdicts = await verifyBooks(auditor, { db: owner.db })
    await owner.close()
    expect(verdicts.every(({ holds }) => holds)).toBe(true)
    expect(verdicts.map(({ note }) => note).filter((note) => note !== null)).toEqual([
      'The application’s login owns the tables: append-only rests on triggers alone.',
    ])
  })

  it('is for the console', async () => {
    await expect(verifyBooks(stranger, { db: connection.db })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(exportLedger(stranger, async () => {}, { db: connection.db })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('exporting the ledger', () => {
  const exported = async () => {
    const pages: ExportedTransfer[][] = []
    const count = await exportLedger(auditor, async (page) => void pages.push(page), { db: connection.db })
    return { count, pages, all: pages.flat() }
  }

  it('gives each transfer as the world knows it', async () => {
    const { all } = await exported()
    expect(all[0]).toEqual({
      id: all[0]?.id,
      recordedAt: '2026-01-31T10:00:00.000Z',
      occurredAt: '2026-01-31T10:00:00.000Z',
      earnedOn: '2026-01-31',
      payableOn: '2026-03-02',
      debit: 'usd:commission_expense',
      credit: 'usd:affiliate:aff_1:earned',
      currency: 'usd',
      amountMinor: '446',
      lineKey: 'instalment/0',
      kind: 'instalment',
      paymentId: 'pi_1',
      invoiceId: 'in_1',
      customerId: 'cus_1',
      affiliateId: 'aff_1',
      payoutId: null,
    })
    expect(all[2]).toMatchObject({ debit: 'usd:affiliate:aff_1:earned', credit: 'usd:commission_expense' })
  })

  it('hands over all of it, once each and in order, a page at a time, as it was at its beginning', async () => {
    const row = {
      recordedAt: new Date(),
      occurredAt: new Date(),
      earnedOn: '2026-01-31',
      payableOn: '2026-03-02',
      debit: 'adjustments',
      credit: 'earned',
      currency: 'usd',
      amountMinor: 1n,
      lineKey: 'adjustment/1',
      kind: 'adjustment',
      affiliateId: 'aff_1',
    } as const
    const rows = Array.from({ length: 2500 }, (_, n) => ({ ...row, seq: n + 1 }))
    await connection.db.insert(ledgerTransfers).values(rows)
    let pages = 0
    const seen: string[] = []
    const count = await exportLedger(
      auditor,
      async (page) => {
        if (pages++ === 0) await connection.db.insert(ledgerTransfers).values({ ...row, seq: 9999 })
        seen.push(...page.map(({ id }) => id))
      },
      { db: connection.db },
    )
    expect([count, pages, new Set(seen).size]).toEqual([2503, 3, 2503])
    expect(seen).toEqual(seen.toSorted((a, b) => Number(BigInt(a) - BigInt(b))))
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { affiliates, auditEntries, codes, importRows, ledgerTransfers } from '@/db'
import type { Actor } from '@/lib/actor'
import { inheritedEnvironment } from '@/lib/env'
import { mapImport, startImport } from '@/lib/imports/decide-import'
import { guessMapping } from '@/lib/imports/formats'
import { getImport } from '@/lib/imports/queries'
import { runImports } from '@/lib/imports/run-imports'
import { uploadImport } from '@/lib/imports/upload-import'
import { openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { brokenInvariants } from '@/tests/support/payouts'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const now = new Date('2026-01-31T12:00:00Z')
const headings = 'handle,name,email,opening_balance,currency'
const people = 30

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const takenIn = () => books.db.$count(importRows, eq(importRows.state, 'done'))

/** A process that takes in so many rows, and dies in the middle of the next. */
async function takeInAndDie(rows: number): Promise<void> {
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  const script = ['--import', 'tsx', 'tests/support/importing-process.ts', String(rows)]
  const child = spawn(process.execPath, ['--conditions=react-server', ...script], {
    env: inheritedEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL'])
}

it('a file that is taken in by processes that are killed is taken in whole, and nobody twice', async () => {
  const rows = Array.from(
    { length: people },
    (_, at) => `p${at},Person ${at},p${at}@example.com,${at + 1}.50,usd`,
  )
  const csv = [headings, ...rows].join('\n')
  const id = await uploadImport(admin, { name: 'old.csv', csv }, { db: books.db, now })
  const { mapping } = guessMapping(headings.split(','))
  await mapImport(admin, id, mapping, { db: books.db, stripe: books.stripe, now })
  await startImport(admin, id, books.db)
  for (const many of [5, 12]) {
    const before = await takenIn()
    await takeInAndDie(many)
    expect(await takenIn()).toBeGreaterThanOrEqual(before + many)
  }
  expect(await takenIn()).toBeLessThan(people)
  while ((await runImports(books.db, books.stripe)) > 0);
  expect(await getImport(admin, id, books.db)).toMatchObject({
    state: 'done',
    rows: { done: people, failed: 0, ready: 0 },
  })
  // Ahmet was there before.
  expect(await books.db.$count(affiliates)).toBe(people + 1)
  expect(await books.db.$count(codes)).toBe(people + 1)
  const openings = await books.db.select().from(ledgerTransfers).where(eq(ledgerTransfers.kind, 'opening'))
  expect(openings.map(({ amountMinor }) => Number(amountMinor)).toSorted((a, b) => a - b)).toEqual(
    rows.map((_, at) => (at + 1) * 100 + 50),
  )
  expect(await books.db.$count(auditEntries, eq(auditEntries.action, 'import.take_in'))).toBe(people)
  expect(await brokenInvariants(books.db)).toEqual([])
}, 120_000)

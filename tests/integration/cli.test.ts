import { spawn } from 'node:child_process'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administrators, affiliates, codes, connect, inboxEvents, inboxWork, type Connection } from '@/db'
import type { Actor } from '@/lib/actor'
import { runTributary } from '@/lib/cli/commands/run'
import { inheritedEnvironment } from '@/lib/env'
import { handledEventTypes } from '@/lib/intake/events'
import { retryEvents } from '@/lib/intake/retry-events'
import { invariants } from '@/lib/ledger/verify'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'
import { ownFolder } from '@/tests/support/own-folder'
import { tamper, writeSmallBooks } from '@/tests/support/small-books'

const folder = ownFolder('cli')
let database: TestDatabase
let connection: Connection
let sandbox: Sandbox

beforeAll(async () => {
  database = await testDatabase({ migrated: false })
  connection = connect(database.url)
  sandbox = await createSandbox({ seed: 'cli' })
})
afterAll(async () => {
  await connection.close()
  await database.drop()
  await sandbox.close()
  folder.remove()
})

interface Ran {
  code: number | null
  out: string
  talk: string
}

async function tributary(...args: string[]): Promise<Ran> {
  useEnvironment(database, { STRIPE_API_BASE: sandbox.url, DATA_DIR: folder.path })
  let out = ''
  let talk = ''
  const code = await runTributary(args, {
    write: async (text) => void (out += text),
    say: (line) => (talk += `${line}\n`),
  })
  return { code, out, talk }
}

/** As the shell does. */
function tributaryProcess(...args: string[]): Promise<Ran> {
  useEnvironment(database, { STRIPE_API_BASE: sandbox.url, DATA_DIR: folder.path })
  const child = spawn(
    process.execPath,
    ['--conditions=react-server', '--import', 'tsx', 'lib/cli/tributary.ts', ...args],
    { env: inheritedEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let out = ''
  let talk = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (talk += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, talk }))
  })
}

describe('the command line', () => {
  it('says to migrate first, migrates, and finds nothing to do the second time', async () => {
    expect(await tributary('terms', 'show')).toMatchObject({
      code: 2,
      out: '',
      talk: expect.stringContaining('npm run tributary -- migrate'),
    })
    expect(await tributary('migrate')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Migrations applied'),
    })
    expect(await tributary('migrate', '--json')).toMatchObject({ code: 0, out: '{\n  "applied": 0\n}\n' })
  })

  it('as a process says its results on standard output, all else on standard error, and how it went by its exit code', async () => {
    const refused = await tributaryProcess('frobnicate')
    expect([refused.code, refused.out]).toEqual([2, ''])
    expect(refused.talk).toMatch(/^There is no command "frobnicate": .+\n$/)
    const done = await tributaryProcess('events', 'retry', '--quarantined', '--json')
    expect(done).toEqual({ code: 0, out: '{\n  "retried": 0\n}\n', talk: '' })
  }, 120_000)

  it('could not run: 2 and one line, whatever is wrong', async () => {
    for (const args of [
      ['frobnicate'],
      ['verify', '--colour'],
      ['terms', 'set', 'rate_bps=20%'],
      ['export', 'x'],
      ['replay', '--order', 'sideways'],
    ]) {
      const { code, out, talk } = await tributary(...args)
      expect([code, out, talk.trimEnd().split('\n').length]).toEqual([2, '', 1])
    }
  })

  it('sets the programme up and changes its terms', async () => {
    expect((await tributary('terms', 'show')).talk).toContain('has not been set up')
    const set = await tributary(
      'setup',
      'programme',
      '--name',
      'Acme',
      '--earns-from',
      '2025-07-01',
      '--json',
    )
    expect(JSON.parse(set.out)).toMatchObject({
      programme: { name: 'Acme', booksMode: 'sandbox' },
      terms: { rate_bps: '2000', discount: '5%', earns_from: '2025-07-01' },
    })
    expect(await tributary('terms', 'set', 'rate_bps=2500', 'hold_days=14')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^rate_bps=2500 from .+\nhold_days=14 from .+\n$/),
    })
    const all = JSON.parse((await tributary('terms', 'show', '--all', '--json')).out)
    expect(all.at(-1)).toMatchObject({
      affiliateId: null,
      terms: { rate_bps: '2500', earns_from: '2025-07-01' },
    })
  })

  it('lets an administrator in by a link, and prints a key that is kept as a hash', async () => {
    const made = await tributary('create-admin', 'Ada@Example.com')
    expect(made.out).toMatch(
      /^http:\/\/localhost:3000\/sign-in\/confirm\?token=.+email=ada%40example\.com.+\n$/,
    )
    expect(await connection.db.select().from(administrators)).toMatchObject([
      { email: 'ada@example.com', role: 'admin' },
    ])
    // The only administrator stays one.
    expect((await tributary('create-admin', 'ada@example.com', '--role', 'viewer')).code).not.toBe(0)
    await tributary('create-admin', 'ben@example.com')
    const again = JSON.parse(
      (await tributary('create-admin', 'ada@example.com', '--role', 'viewer', '--json')).out,
    )
    expect(again).toMatchObject({ role: 'viewer' })
    const key = await tributary('api-key', 'create', '--name', 'reports', '--scope', 'read')
    expect(key.out).toMatch(/^trb_[0-9a-f]{40}\n$/)
  })

  it('makes one webhook endpoint for the handled types, pinned to the SDK’s version', async () => {
    const first = JSON.parse(
      (await tributary('setup', 'stripe', '--url', 'https://a.example.com', '--json')).out,
    )
    expect(first).toMatchObject({ url: 'https://a.example.com/api/stripe/webhook', created: true })
    expect(first.secret).toMatch(/^whsec_/)
    const again = await tributary('setup', 'stripe', '--url', 'https://a.example.com')
    expect(again).toMatchObject({ code: 0, out: `${first.id}\n` })
    const [endpoint, ...others] = sandbox.all('webhook_endpoint')
    expect(others).toEqual([])
    expect(endpoint?.api_version).toBe(first.apiVersion)
    expect(endpoint?.enabled_events.toSorted()).toEqual([...handledEventTypes].toSorted())
  })

  it('verifies and exports the books: 0 where they are right, 1 with the rows where they are not', async () => {
    await writeSmallBooks(connection.db)
    const right = await tributary('verify')
    expect([right.code, right.talk]).toEqual([0, 'The books are right.\n'])
    expect(right.out.split('\n').filter((line) => line.startsWith('ok'))).toHaveLength(invariants.length)
    const lines = (await tributary('export', 'ledger')).out.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).amountMinor)).toEqual(['446', '445', '91'])
    const csv = (await tributary('export', 'ledger', '--format', 'csv')).out.split('\r\n')
    expect(csv[0]).toMatch(/^id,recordedAt,occurredAt,/)
    expect(csv[3]).toMatch(/,usd,91,refund:re_1\/instalment\/1,refund,pi_1,in_1,cus_1,aff_1,$/)
    const replayed = await tributary('replay', '--order', 'random:1')
    expect([replayed.code, replayed.talk]).toEqual([1, 'The facts give other books.\n'])
    expect(replayed.out).toContain('- aff_1 usd earned')
    const superuser = connect(database.superuserUrl, { max: 1 })
    await tamper(superuser.db, `update balance_days set amount_minor = 1 where amount_minor = 446`)
    await superuser.close()
    const wrong = await tributary('verify')
    expect(wrong.code).toBe(1)
    expect(wrong.out).toContain('BROKEN  Every day’s balance is the sum of its lines (1)')
    expect(wrong.out).toContain('the lines give 446, the roll-up says 1')
    expect(JSON.parse((await tributary('verify', '--json')).out)).toMatchObject({ ok: false })
    expect((await tributary('setup', 'programme', '--earns-from', '2020-01-01')).talk).toContain(
      'settled already',
    )
  })

  it('settles until nothing is left to do', async () => {
    const drained = JSON.parse((await tributary('drain', '--timeout', '20', '--json')).out)
    expect(drained).toMatchObject({ settled: 0, waitingForFee: 0, quarantined: 0, finished: true })
    expect((await tributary('drain', '--timeout', 'soon')).code).toBe(2)
  })

  it('takes an applicant in', async () => {
    await connection.db.insert(affiliates).values({
      id: 'aff_2',
      handle: 'Zoe',
      displayName: 'Zoë',
      email: 'zoe@example.com',
      status: 'applied',
      createdAt: new Date(),
    })
    expect(await tributary('affiliates', 'approve', 'aff_2')).toMatchObject({ code: 0, out: 'ZOE5\n' })
    expect(await connection.db.select().from(codes).where(eq(codes.code, 'ZOE5'))).toMatchObject([
      { status: 'active' },
    ])
  })

  it('changes how an affiliate stands, with a reason only', async () => {
    expect((await tributary('affiliates', 'suspend', 'aff_2')).talk).toContain('--reason is missing')
    const change = (verb: string) => tributary('affiliates', verb, 'aff_2', '--reason', 'a complaint')
    for (const [verb, status] of [
      ['suspend', 'suspended'],
      ['reactivate', 'active'],
      ['close', 'closed'],
      ['reopen', 'active'],
    ] as const) {
      expect(await change(verb)).toMatchObject({ code: 0, out: `aff_2 ${status}\n` })
    }
    expect(await change('reopen')).toMatchObject({ code: 2, talk: 'Zoë is active.\n' })
  })
})

describe('retrying events', () => {
  const operator: Actor = { kind: 'system', job: 'test' }
  const reader: Actor = { kind: 'api_key', id: 'key_r', scope: 'read' }
  const event = async (eventId: string, state: 'quarantined' | 'done' | 'queued') => {
    const at = new Date()
    await connection.db.insert(inboxEvents).values({ eventId, type: 'x', createdAt: at, recordedAt: at })
    const ended =
      state === 'queued'
        ? {}
        : ({ outcome: state === 'done' ? 'settled' : 'quarantined', sentence: 'x' } as const)
    const later = new Date(at.getTime() + 3_600_000)
    await connection.db
      .insert(inboxWork)
      .values({ eventId, state, attempts: 5, nextAttemptAt: later, ...ended })
  }

  it('puts one or all that are quarantined back to work, never what is done', async () => {
    await event('evt_q1', 'quarantined')
    await event('evt_q2', 'quarantined')
    await event('evt_done', 'done')
    await event('evt_queued', 'queued')
    const { db } = connection
    expect(await retryEvents(operator, { eventId: 'evt_q1' }, { db })).toBe(1)
    expect(await retryEvents(operator, { eventId: 'evt_queued' }, { db })).toBe(1)
    const both = await Promise.all([1, 2].map(() => retryEvents(operator, 'quarantined', { db })))
    expect(both.toSorted()).toEqual([0, 1])
    const rows = await db.select().from(inboxWork).where(eq(inboxWork.eventId, 'evt_q2'))
    expect(rows).toMatchObject([{ state: 'queued', attempts: 0, outcome: null }])
    await expect(retryEvents(operator, { eventId: 'evt_done' }, { db })).rejects.toThrow('evt_done is done')
    await expect(retryEvents(operator, { eventId: 'evt_never' }, { db })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(retryEvents(reader, 'quarantined', { db })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

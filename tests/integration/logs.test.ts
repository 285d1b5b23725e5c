import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'drizzle-orm'
import { expect, it, vi } from 'vitest'
import { connect } from '@/db'
import { inheritedEnvironment } from '@/lib/env'
import { buy, openBooks } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'

// Months of a programme's life on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 })

/** One delivery that the database refuses, one that it refuses to settle: their errors carry all that was to be written. */
const faults = (eventId: string, paymentId: string) => `
  create function break_it() returns trigger language plpgsql as $$ begin raise exception 'a fault'; end $$;
  create trigger a_fault before insert on inbox_payloads for each row when (new.event_id = '${eventId}') execute function break_it();
  create trigger a_fault before insert on commissions for each row when (new.payment_id = '${paymentId}') execute function break_it();`

it('the logs of a run tell events and payments by their ids, and hold no address, no key and no signature', async () => {
  const books = await openBooks()
  try {
    const good = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    const bad = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    const refused = books.sandbox.events().find((event) => event.type === 'customer.created')
    const superuser = connect(books.database.superuserUrl, { max: 1 })
    await superuser.db.execute(sql.raw(faults(refused?.id ?? '', bad.paymentId)))
    await superuser.close()
    useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url, LOG_LEVEL: 'trace' })
    const child = spawn(
      process.execPath,
      ['--conditions=react-server', '--import', 'tsx', 'tests/support/talkative-run.ts'],
      { env: inheritedEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [out, logged] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (logged += chunk.toString()))
    await once(child, 'close')
    expect(JSON.parse(out || '{}'), logged).toMatchObject({ 503: 1, 400: books.sandbox.events().length })

    const lines = logged.split('\n').filter((line) => line.startsWith('{'))
    const said = lines.map(
      (line) => JSON.parse(line) as { msg: string; events?: string[]; payments?: string[] },
    )
    const settled = said.filter(({ msg }) => msg === 'settled')
    expect(settled.flatMap(({ payments }) => payments)).toContain(good.paymentId)
    expect(settled.flatMap(({ events }) => events)).toContainEqual(expect.stringMatching(/^evt_/))
    for (const wanted of [
      'an event could not be recorded',
      'an event could not be settled',
      'a sweep over Stripe’s record',
      'an error that carries all there is',
    ]) {
      expect(said.map(({ msg }) => msg)).toContain(wanted)
    }
    expect(logged).toContain('[address]')
    expect(logged).toContain('[key]')
    expect(logged).not.toMatch(/[\w.+-]+@[\w-]+\.\w+/)
    expect(logged).not.toMatch(/whsec_|sk_test_|\btrb_[0-9a-f]{40}|v1=[0-9a-f]{10}|postgres:\/\/\w+:/)
  } finally {
    await books.close()
  }
})

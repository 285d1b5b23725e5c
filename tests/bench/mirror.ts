import { createRequire } from 'node:module'
import { StripeSync } from '@supabase/stripe-sync-engine'
import { drain } from '@/lib/intake/drain'
import { onDatabase } from '@/lib/postgres'
import type { Bench } from './bench'
import { makeTemplate, openBooks, recordAll } from './books'
import { inTurn, median, timed, type Figure } from './figure'
import { live, type Lives } from './lives'
import { requireAllSettled } from './settling'

// Its ES module looks for its migrations by a name that only CommonJS has, finds none, and says nothing.
const { runMigrations } = createRequire(import.meta.url)(
  '@supabase/stripe-sync-engine',
) as typeof import('@supabase/stripe-sync-engine') // the same package

/** How many events the mirror is given at once: its pool's width. One by one it is slower. */
const width = 8

/** stripe-sync-engine, which only mirrors Stripe's objects, on the same events in a schema of its own. */
export async function measureMirror({ server, rounds, quick }: Bench): Promise<Figure[]> {
  const lives = await live({ seed: 'mirror', customers: quick ? 80 : 200, codes: 20, months: 4 })
  const template = await makeTemplate(server, lives, { count: 20, ownerOf: (code) => code })
  const mirrored: number[] = []
  const turns = await inTurn(
    rounds,
    async () => {
      const books = await openBooks(server, template)
      const { seconds, events } = await mirror(onDatabase(server.superuserUrl, books.name), lives)
      mirrored.push(events)
      await books.drop()
      return seconds / events
    },
    async () => {
      const books = await openBooks(server, template)
      await recordAll(books, lives.events)
      const seconds = await timed(() => drain(books.db, lives.stripe, 600_000))
      await requireAllSettled(books)
      await books.drop()
      return seconds / lives.events.length
    },
  )
  await lives.sandbox.close()
  const note = `${median(mirrored)} of ${lives.events.length} events: the others it does not know; ${width} at once`
  return [
    { name: 'stripe-sync-engine mirrors', value: 1 / turns.a, unit: 'events/s', note },
    { name: 'settling the same events', value: 1 / turns.b, unit: 'events/s' },
    { name: 'settling / mirroring', value: turns.ratio, unit: 'ratio', aim: { atLeast: 1 } },
  ]
}

async function mirror(databaseUrl: string, lives: Lives): Promise<{ seconds: number; events: number }> {
  await runMigrations({ databaseUrl, schema: 'stripe' })
  const sync = new StripeSync({
    stripeSecretKey: 'sk_test_bench',
    stripeWebhookSecret: 'whsec_unused',
    poolConfig: { connectionString: databaseUrl, max: width },
  })
  sync.stripe = lives.stripe
  // It ends its connections itself; one that the server ends first is nobody's error.
  sync.postgresClient.pool.on('error', () => {})
  let done = 0
  const lane = async (queue: string[]) => {
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      if (await isMirrored(sync, event)) done += 1
    }
  }
  try {
    const queue = [...lives.events]
    const seconds = await timed(() => Promise.all(Array.from({ length: width }, () => lane(queue))))
    if (done === 0) throw new Error('Nothing was mirrored')
    return { seconds, events: done }
  } finally {
    await sync.close()
  }
}

async function isMirrored(sync: StripeSync, event: string): Promise<boolean> {
  try {
    await sync.processEvent(JSON.parse(event))
    return true
  } catch (error) {
    if (error instanceof Error && error.message === 'Unhandled webhook event') return false
    throw error
  }
}

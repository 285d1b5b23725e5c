import { sql } from 'drizzle-orm'
import { reconcile } from '@/lib/intake/reconcile/reconcile'
import { createPacedStripe } from '@/lib/stripe/paced-client'
import type { Bench } from './bench'
import { makeTemplate, openBooks, type Books } from './books'
import { endlessStripe, promotion } from './endless-stripe'
import { median, timed, type Figure } from './figure'

const system = { kind: 'system', job: 'bench' } as const
const megabytes = () => process.memoryUsage().rss / 2 ** 20

interface Sweep {
  seconds: number
  calls: number
  /** Of memory, as the sweep went on. */
  samples: number[]
}

async function sweep(books: Books, url: string): Promise<Sweep> {
  const client = createPacedStripe('sk_test_bench', url, { perSecond: 100_000 })
  const samples: number[] = []
  const seconds = await timed(() =>
    reconcile(system, {
      db: books.db,
      client,
      begunBy: 'by_hand',
      since: new Date('2025-12-31T00:00:00Z'),
      onProgress: () => samples.push(megabytes()),
    }),
  )
  return { seconds, calls: client.spent().calls, samples }
}

/** Memory in the last fifth of the way over that in the second: the first warms up. */
function growth(samples: readonly number[]): number {
  const fifth = Math.floor(samples.length / 5)
  return median(samples.slice(-fifth)) / median(samples.slice(fifth, 2 * fifth))
}

/** A programme's past brought in by `reconcile`, then swept again with nothing to heal: objects a second, calls, and memory. */
export async function measureSweep({ server, quick, objects: wanted }: Bench): Promise<Figure[]> {
  const payments = Math.ceil((wanted ?? (quick ? 10_000 : 100_000)) / 4)
  const objects = payments * 4
  const stripe = await endlessStripe(payments)
  const one = { count: 1, ownerOf: () => 0 }
  const books = await openBooks(server, await makeTemplate(server, { codes: [promotion] }, one))
  const first = await sweep(books, stripe.url)
  const [healed] = await books.db.execute<{ count: number }>(
    sql`select count(*)::int as count from sweep_findings where verdict = 'healed' and kind <> 'promotion_code'`,
  )
  if (healed?.count !== objects) throw new Error(`${healed?.count} of ${objects} objects came in.`)
  const second = await sweep(books, stripe.url)
  const [again] = await books.db.execute<{ count: number }>(
    sql`select count(*)::int as count from sweep_findings where sweep_id = (select max(id) from sweeps)`,
  )
  if (again?.count !== 0) throw new Error(`The second sweep found ${again?.count} objects.`)
  await books.drop()
  stripe.close()
  const note = `${objects.toLocaleString('en')} objects`
  return [
    { name: 'sweep: objects brought in', value: objects / first.seconds, unit: 'objects/s', note },
    { name: 'sweep: objects known already', value: objects / second.seconds, unit: 'objects/s', note },
    {
      name: 'sweep: Stripe calls, over one for a hundred objects listed',
      value: second.calls / ((payments * 3) / 100),
      unit: 'ratio',
      aim: { atMost: 1.5 },
      note: `${second.calls} calls`,
    },
    {
      name: 'sweep: memory at its end over that at its beginning',
      value: growth(second.samples),
      unit: 'ratio',
      aim: { atMost: 1.3 },
      note: `${Math.round(Math.max(...second.samples))} MB at most; bringing in ${growth(first.samples).toFixed(2)}`,
    },
  ]
}

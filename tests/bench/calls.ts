import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import type { Bench } from './bench'
import { makeTemplate, openBooks, recordAll } from './books'
import type { Figure } from './figure'
import { live } from './lives'
import { requireAllSettled } from './settling'

const month = 31 * 86_400
/** Renewals whose fee comes by itself. */
const few = 20

/** How often Stripe is asked while the renewals of many customers on one day settle as a backlog, and while each comes by itself. */
export async function measureCalls({ server, quick }: Bench): Promise<Figure[]> {
  const customers = quick ? 200 : 500
  const lives = await live({ seed: 'calls', customers, codes: 5, months: 0, plain: true, sameDay: true })
  const { stripe, sandbox } = lives
  const books = await openBooks(
    server,
    await makeTemplate(server, lives, { count: 5, ownerOf: (code) => code }),
  )
  let told = 0
  const news = () => {
    const all = sandbox.events()
    const fresh = all.slice(told)
    told = all.length
    return fresh.filter(({ type }) => handledEventTypes.has(type)).map((event) => JSON.stringify(event))
  }
  let calls = 0
  stripe.on('request', () => (calls += 1))
  const settle = async (events: readonly string[]) => {
    const before = calls
    await recordAll(books, events)
    await drain(books.db, stripe, 600_000)
    return calls - before
  }
  const purchases = await settle(news())
  sandbox.advance(month)
  const backlog = await settle(news())
  sandbox.advance(month)
  const charged = news().filter((event) => event.includes('"type":"charge.updated"'))
  let single = 0
  for (const event of charged.slice(0, few)) single += await settle([event])
  await requireAllSettled(books)
  await books.drop()
  await sandbox.close()
  const note = `${customers} customers renew on one day; fees are listed 100 a call`
  return [
    { name: 'Stripe calls a first purchase, as a backlog', value: purchases / customers, unit: 'ratio' },
    {
      name: 'Stripe calls a renewal, as a backlog',
      value: backlog / customers,
      unit: 'ratio',
      aim: { atMost: 0.05 },
      note,
    },
    { name: 'Stripe calls a renewal, each event by itself', value: single / few, unit: 'ratio' },
  ]
}

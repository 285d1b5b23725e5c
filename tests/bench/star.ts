import { drain } from '@/lib/intake/drain'
import type { Bench } from './bench'
import { makeTemplate, openBooks, recordAll } from './books'
import { inTurn, timed, type Figure } from './figure'
import { live } from './lives'
import { requireAllSettled } from './settling'

const affiliates = 5_000

/** The same purchases, all brought by one affiliate, and each by another of 5,000. */
export async function measureStar({ server, rounds, quick }: Bench): Promise<Figure[]> {
  const codes = quick ? 200 : 1_000
  const lives = await live({ seed: 'star', customers: codes, codes, months: 2, plain: true })
  const templates = {
    star: await makeTemplate(server, lives, { count: affiliates, ownerOf: () => 0 }),
    equal: await makeTemplate(server, lives, { count: affiliates, ownerOf: (code) => code }),
  }
  const settle = async (template: string) => {
    const books = await openBooks(server, template)
    await recordAll(books, lives.events)
    const seconds = await timed(() => drain(books.db, lives.stripe, 600_000))
    await requireAllSettled(books)
    await books.drop()
    return seconds
  }
  const turns = await inTurn(
    rounds,
    () => settle(templates.equal),
    () => settle(templates.star),
  )
  await lives.sandbox.close()
  const note = `${lives.events.length.toLocaleString('en')} events, ${codes} customers, each with a code of their own`
  return [
    { name: 'settling, 5,000 affiliates', value: lives.events.length / turns.a, unit: 'events/s', note },
    { name: 'settling, all of one affiliate', value: lives.events.length / turns.b, unit: 'events/s' },
    { name: 'one star / 5,000 equal ones', value: turns.ratio, unit: 'ratio', aim: { atLeast: 0.8 } },
  ]
}

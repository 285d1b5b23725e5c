import { drain } from '@/lib/intake/drain'
import type { Bench } from './bench'
import { affiliateId, makeTemplate, openBooks, recordAll, type Books } from './books'
import { inTurn, timed, type Figure } from './figure'
import { live, type Lives } from './lives'
import { fillPast } from './past'
import { requireAllSettled } from './settling'

const affiliates = 20

/** The same events settled into books with ten thousand lines and into books with a million: other customers in every turn. */
export async function measureGrown({ server, rounds, quick }: Bench): Promise<Figure[]> {
  const lives: Lives[] = []
  for (let round = 0; round < rounds; round++) {
    const seed = `grown ${round}`
    lives.push(await live({ seed, customers: quick ? 60 : 120, codes: affiliates, months: 6 }))
  }
  const [first] = lives
  if (!first) return []
  // The codes' ids are made by the seed, but their coupons are the same in every life.
  const template = await makeTemplate(server, first, { count: affiliates, ownerOf: (code) => code })
  const filled = async (lines: number) => {
    const books = await openBooks(server, template)
    const ids = Array.from({ length: affiliates }, (_, at) => affiliateId(at))
    await fillPast(server, books.name, { mark: 'past', lines, affiliates: ids })
    return books
  }
  const books = { few: await filled(10_000), many: await filled(1_000_000) }
  const settle = async (into: Books, round: number) => {
    const { events = [], stripe } = lives[round] ?? {}
    await recordAll(into, events)
    const seconds = stripe ? await timed(() => drain(into.db, stripe, 600_000)) : 0
    await requireAllSettled(into)
    return seconds / events.length
  }
  const turns = await inTurn(
    rounds,
    (round) => settle(books.few, round),
    (round) => settle(books.many, round),
  )
  await Promise.all([books.few.drop(), books.many.drop(), ...lives.map((each) => each.sandbox.close())])
  return [
    { name: 'settling beside 10,000 lines', value: 1 / turns.a, unit: 'events/s' },
    { name: 'settling beside 1,000,000 lines', value: 1 / turns.b, unit: 'events/s' },
    { name: 'a million lines / ten thousand', value: turns.ratio, unit: 'ratio', aim: { atLeast: 0.8 } },
  ]
}

import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { readSettings } from '@/lib/env'
import { actions } from './action'
import { openBooks, type Books } from './books'
import { live } from './live'
import { settings } from './setting'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const day = 86_400_000

it('the books of any programme agree with the model, to the unit', { timeout: day }, async () => {
  const { HISTORY_RUNS: numRuns = 200, HISTORY_SEED: seed = 1 } = readSettings()
  const begun = Date.now()
  const tell = (what: string) => {
    const seconds = Math.round((Date.now() - begun) / 1000)
    process.stderr.write(`seed ${seed}, ${seconds} s, ${books.histories} histories: ${what}\n`)
  }
  await fc.assert(
    fc.asyncProperty(settings, actions(), async (setting, history) => {
      await live(books, setting, history)
      if (books.histories % 100 === 0 || books.histories === numRuns) tell('agree')
    }),
    { numRuns, seed },
  )
  const often = [...books.happened]
    .toSorted(([, a], [, b]) => b - a)
    .map(([what, times]) => `${what} ${times}`)
  tell(`${often.join(', ')}`)
})

import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { readSettings } from '@/lib/env'
import { actions, settings } from './action'
import { openBooks, type Books } from './books'
import { live } from './live'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const day = 86_400_000

it('the books of any programme agree with the model, to the unit', { timeout: day }, async () => {
  const { HISTORY_RUNS: numRuns = 20, HISTORY_SEED: seed = 1 } = readSettings()
  const begun = Date.now()
  await fc.assert(
    fc.asyncProperty(settings, actions(), (setting, history) => live(books, setting, history)),
    { numRuns, seed },
  )
  process.stderr.write(`${books.histories} histories, seed ${seed}: ${Date.now() - begun} ms\n`)
})

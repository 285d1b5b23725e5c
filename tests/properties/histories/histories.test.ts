import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readSettings } from '@/lib/env'
import { balancesOf } from '../model/model'
import { objectsOf } from '../model/objects'
import { actions, settings, type Action, type Setting } from './action'
import { beginLife, inWords, ledgerOf, openBooks, rollUpsOf, rowsOf, type Books } from './books'
import { play } from './play'
import { Postman } from './postman'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

/** What only one of them says. */
function sayDifferences(what: string, books: readonly string[], model: readonly string[]): void {
  const only = (these: readonly string[], those: readonly string[], who: string) =>
    these.filter((each) => !those.includes(each)).map((each) => `${who} alone: ${each}`)
  const all = [...only(books, model, 'books'), ...only(model, books, 'model')].toSorted()
  if (all.length > 0) throw new Error(`${what} and the model disagree:\n${all.join('\n')}`)
}

async function live(setting: Setting, history: readonly Action[]): Promise<void> {
  const { life, terms, close } = await beginLife(books, setting)
  const { db } = books
  const { affiliates } = life
  const postman = new Postman(db, life)
  const happened: string[] = []
  try {
    for (const action of history) {
      if (action.does === 'deliver') await postman.bring(action.part, action.seed)
      else if (!(await play(life, action))) continue
      happened.push(JSON.stringify(action))
    }
    // Fees that are still to come.
    life.sandbox.advance(2 * 86_400)
    await postman.finish(setting.seed)
    const expected = inWords(balancesOf(objectsOf(life.sandbox), { affiliates, terms }), affiliates)
    sayDifferences('The ledger', await ledgerOf(db, affiliates), expected)
    sayDifferences('The roll-ups', await rollUpsOf(db, affiliates), expected)
    const rows = await rowsOf(db)
    await postman.repeat()
    expect(await rowsOf(db), 'rows after a second delivery').toBe(rows)
  } catch (error) {
    if (error instanceof Error) error.message += `\nHistory:\n${happened.join('\n')}`
    throw error
  } finally {
    await close()
  }
}

const day = 86_400_000

it('the books of any programme agree with the model, to the unit', { timeout: day }, async () => {
  const { HISTORY_RUNS: numRuns = 20, HISTORY_SEED: seed = 1 } = readSettings()
  const begun = Date.now()
  await fc.assert(fc.asyncProperty(settings, actions(), live), { numRuns, seed })
  process.stderr.write(`${books.histories} histories, seed ${seed}: ${Date.now() - begun} ms\n`)
})

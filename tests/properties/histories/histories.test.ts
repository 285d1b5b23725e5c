import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { balancesOf } from '../model/model'
import { objectsOf } from '../model/objects'
import { actions, settings, type Action, type ActionName, type Setting } from './action'
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

let slow = 0
async function live(setting: Setting, history: readonly Action[]): Promise<void> {
  const begun = Date.now()
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
    if (process.env.DUMP) console.log(JSON.stringify(await db.execute(sql.raw(process.env.DUMP)), null, 1))
    if (error instanceof Error) error.message += `\nHistory:\n${happened.join('\n')}`
    throw error
  } finally {
    await close()
    const ms = Date.now() - begun
    if (ms > 30000) console.log('SLOW', ms, life.sandbox.events().length, happened.join('\n'))
    slow = Math.max(slow, ms)
  }
}

it('the books of any programme agree with the model, to the unit', { timeout: 6_000_000 }, async () => {
  const begun = Date.now()
  const E = process.env
  if (E.REPLAY) {
    const { readFileSync } = await import('node:fs')
    const [line, ...rest] = readFileSync('/tmp/h9.json', 'utf8').trim().split('\n')
    await live(
      JSON.parse(line ?? ''),
      rest.map((each) => JSON.parse(each)),
    )
    return
  }
  const only = E.ONLY ? (E.ONLY.split(',') as ActionName[]) : undefined
  const not = E.NOT?.split(',') ?? []
  try {
    await fc.assert(fc.asyncProperty(settings, actions(only, not), live), {
      numRuns: Number(E.RUNS ?? 20),
      ...(E.SEED && { seed: Number(E.SEED) }),
      ...(E.NOSHRINK && { endOnFailure: true }),
      interruptAfterTimeLimit: Number(E.LIMIT ?? 60) * 1000,
      markInterruptAsFailure: true,
      reporter: (d) => {
        if (!d.failed) return
        const [setting, history] = d.counterexample ?? []
        console.log('SEED', d.seed, 'runs', d.numRuns, 'shrinks', d.numShrinks, 'interrupted', d.interrupted)
        console.log(JSON.stringify(setting))
        console.log(history?.map((each) => JSON.stringify(each)).join('\n'))
        console.log(d.errorInstance instanceof Error ? d.errorInstance.message : d.errorInstance)
        throw new Error(`disagree`)
      },
    })
  } finally {
    console.log((Date.now() - begun) / books.histories, 'ms a history', books.histories, 'slowest', slow)
  }
})

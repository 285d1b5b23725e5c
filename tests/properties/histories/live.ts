import { ne } from 'drizzle-orm'
import { anomalyMarks, inboxWork, settlementQueue, waits } from '@/db'
import { balancesOf } from '../model/model'
import { objectsOf } from '../model/objects'
import { isDecision, type Action } from './action'
import { ledgerOf, onAnyAccount, rollUpsOf, rowsOf, sayDifferences, sayReplayed } from './agreement'
import { beginLife, type Books } from './books'
import { decide } from './deciding'
import { preparePayouts, takeAllBack } from './paying-out'
import { play } from './play'
import { Postman } from './postman'
import type { Setting } from './setting'

/**
 * Lives a history and has its events brought as its deliveries say. Throws where the books then say another thing than the model, or
 * where bringing everything once more writes anything; with what happened, one action a line.
 * @param options.paysOut books of their own, in which payouts are made on the way: all of it comes back at the end, and leaves no trace
 */
export async function live(
  books: Books,
  setting: Setting,
  history: readonly Action[],
  options: { paysOut?: boolean } = {},
): Promise<void> {
  const { life, close } = await beginLife(books, setting)
  const { db } = books
  if (options.paysOut) await preparePayouts(db, life)
  const { affiliates, decisions } = life
  const postman = new Postman(db, life)
  const happened: string[] = []
  try {
    for (const action of history) {
      if (action.does === 'deliver') await postman.bring(action.part, action.seed)
      else if (isDecision(action)) {
        if (!(await decide(db, life, postman, action))) continue
      } else {
        // Stripe forgets a discount once another takes its place: what nobody has seen before that, nobody can know.
        if (action.does === 'addCode' && (action.on === 'item' || !action.keeps))
          await postman.bring(100, setting.seed)
        if (!(await play(life, action))) continue
      }
      happened.push(JSON.stringify(action))
      books.happened.set(action.does, (books.happened.get(action.does) ?? 0) + 1)
    }
    // Fees that are still to come.
    life.sandbox.advance(2 * 86_400)
    await postman.finish(setting.seed)
    const model = balancesOf(objectsOf(life.sandbox), { affiliates, decisions })
    const paidOut = { books: onAnyAccount(await rollUpsOf(db, affiliates)), model: onAnyAccount(model) }
    sayDifferences('What payouts left', affiliates, paidOut)
    // A replay takes about as long as all the rest.
    if (options.paysOut && setting.seed % 3 === 0) await sayReplayed(books, setting.seed)
    await takeAllBack(db, life)
    await postman.bring(0, setting.seed)
    sayDifferences('The ledger', affiliates, { books: await ledgerOf(db, affiliates), model })
    sayDifferences('The roll-ups', affiliates, { books: await rollUpsOf(db, affiliates), model })
    const rows = await rowsOf(db)
    await postman.repeat()
    const after = await rowsOf(db)
    if (after !== rows) throw new Error(`Bringing all of it again made ${after} lines of ${rows}`)
  } catch (error) {
    if (error instanceof Error) error.message += `\nHistory:\n${happened.join('\n')}`
    throw error
  } finally {
    // The next history's Stripe knows nothing of what this one still waits for, or could not settle.
    for (const left of [waits, settlementQueue, anomalyMarks]) await db.delete(left)
    const given = { state: 'done', outcome: 'ignored', sentence: 'Given up with its history.' } as const
    await db.update(inboxWork).set(given).where(ne(inboxWork.state, 'done'))
    await close()
  }
}

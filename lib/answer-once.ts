import 'server-only'
import { setTimeout as pause } from 'node:timers/promises'
import { and, eq } from 'drizzle-orm'
import { apiAnswers, type Database } from '@/db'
import { TributaryError } from '@/lib/errors'
import type { Json } from './action-state'

/** How long a second sending waits for the answer to the first. */
const patience = { times: 40, milliseconds: 250 }

/**
 * Does `perform` once for a key of one sender, and gives every further sending the first answer. A failure is forgotten, so that
 * it can be put right and sent again. What moves money is guarded by keys of its own as well: a crash between the deed and the
 * storing of its answer is reported, not repeated.
 * @param digest of what was sent: the same key with something else is refused
 * @throws TributaryError conflict
 */
export async function answerOnce<Answer extends Json>(
  db: Database,
  sending: { sender: string; key: string; digest: string; now: Date },
  perform: () => Promise<Answer>,
): Promise<Answer> {
  const mine = and(eq(apiAnswers.apiKeyId, sending.sender), eq(apiAnswers.idempotencyKey, sending.key))
  const claimed = await db
    .insert(apiAnswers)
    .values({
      apiKeyId: sending.sender,
      idempotencyKey: sending.key,
      requestDigest: sending.digest,
      createdAt: sending.now,
    })
    .onConflictDoNothing()
    .returning({ key: apiAnswers.idempotencyKey })
  if (claimed.length === 0) return firstAnswer<Answer>(db, mine, sending.digest)
  const answer = await perform().catch(async (error: unknown) => {
    await db.delete(apiAnswers).where(mine)
    throw error
  })
  await db.update(apiAnswers).set({ status: 200, body: answer }).where(mine)
  return answer
}

async function firstAnswer<Answer extends Json>(
  db: Database,
  mine: ReturnType<typeof and>,
  digest: string,
): Promise<Answer> {
  for (let time = 0; time < patience.times; time++) {
    const [first] = await db.select().from(apiAnswers).where(mine)
    if (!first) throw new TributaryError('conflict', 'The first try did not succeed. Send it once more.')
    if (first.requestDigest !== digest) {
      throw new TributaryError(
        'conflict',
        'This form was sent before with other values. Reload the page first.',
      )
    }
    // Written by answerOnce for the same sender and key, hence the same form.
    if (first.status !== null) return first.body as Answer
    await pause(patience.milliseconds)
  }
  throw new TributaryError(
    'conflict',
    'The first try has given no answer. See whether it was done before you try again.',
  )
}

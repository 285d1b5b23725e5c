import 'server-only'
import { createHash } from 'node:crypto'
import { and, eq, isNull, lt } from 'drizzle-orm'
import { apiAnswers, type Database } from '@/db'
import { wallNow } from '@/lib/clock'
import { problem, type Answer } from './answer'

const longestKey = 255
// A request that has had no answer for so long died with its process; the next one takes its place.
const abandonedAfterMs = 60_000

/**
 * Answers a request once for each Idempotency-Key of an API key: the same request again gets the first answer, another one under
 * the same key a 409, and so does one that comes while the first is being answered. An answer of 500 and above is not kept.
 */
export async function onceFor(
  db: Database,
  request: { apiKeyId: string; idempotencyKey: string; route: string; rawBody: string },
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { apiKeyId, idempotencyKey } = request
  if (idempotencyKey.length > longestKey) {
    return problem(400, 'invalid', `An Idempotency-Key has at most ${longestKey} characters.`)
  }
  const digest = createHash('sha256').update(`${request.route}\n${request.rawBody}`).digest('hex')
  const place = and(eq(apiAnswers.apiKeyId, apiKeyId), eq(apiAnswers.idempotencyKey, idempotencyKey))
  if (!(await claim())) return findFirstAnswer()
  try {
    const answer = await work()
    await keep(answer)
    return answer
  } catch (error) {
    await db.delete(apiAnswers).where(place)
    throw error
  }

  async function claim(): Promise<boolean> {
    const now = wallNow()
    const abandoned = new Date(now.getTime() - abandonedAfterMs)
    const claimed = await db
      .insert(apiAnswers)
      .values({ apiKeyId, idempotencyKey, requestDigest: digest, createdAt: now })
      .onConflictDoUpdate({
        target: [apiAnswers.apiKeyId, apiAnswers.idempotencyKey],
        set: { createdAt: now },
        setWhere: and(
          isNull(apiAnswers.status),
          lt(apiAnswers.createdAt, abandoned),
          eq(apiAnswers.requestDigest, digest),
        ),
      })
      .returning({ key: apiAnswers.idempotencyKey })
    return claimed.length > 0
  }

  async function keep(answer: Answer): Promise<void> {
    if (answer.status >= 500) await db.delete(apiAnswers).where(place)
    else await db.update(apiAnswers).set({ status: answer.status, body: answer.body }).where(place)
  }

  async function findFirstAnswer(): Promise<Answer> {
    const [first] = await db.select().from(apiAnswers).where(place)
    if (first && first.requestDigest !== digest) {
      return problem(409, 'conflict', 'This Idempotency-Key was used for another request.')
    }
    if (!first || first.status === null) {
      const headers = { 'Retry-After': '1' }
      return problem(409, 'conflict', 'The first request with this Idempotency-Key is being answered.', {
        headers,
      })
    }
    return { status: first.status, body: first.body, headers: { 'Idempotent-Replayed': 'true' } }
  }
}

import 'server-only'
import { and, eq, gt, sql } from 'drizzle-orm'
import { database, workers, type Database } from '@/db'
import journal from '@/db/migrations/meta/_journal.json'
import { env } from '@/lib/env'
import { toResponse, type Answer } from './answer'

const heartbeatSeconds = 10
const patienceMs = 3_000

/** Whether what this process needs is there: says what is not, and nothing else. */
export async function answerHealth(): Promise<Response> {
  return toResponse(await health())
}

async function health(): Promise<Answer> {
  const missing: string[] = []
  try {
    const db = database()
    const migrated = await within(isMigrated(db))
    if (!migrated) missing.push('the database is not migrated')
    else if (env().worker && !(await within(isWorkerAlive(db)))) missing.push('the worker does not run')
  } catch {
    missing.push('the database does not answer')
  }
  return missing.length === 0
    ? { status: 200, body: { status: 'ok', database: 'ok', worker: env().worker ? 'ok' : 'elsewhere' } }
    : { status: 503, body: { status: 'unavailable', missing }, headers: { 'Retry-After': '2' } }
}

/** Whether every migration of this version was applied. Throws where the database does not answer. */
export async function isMigrated(db: Database): Promise<boolean> {
  const [exists] = await db.execute<{ there: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
  )
  if (!exists?.there) return false
  const [row] = await db.execute<{ last: string | null }>(
    sql`select max(created_at)::text as last from drizzle.__drizzle_migrations`,
  )
  const wanted = Math.max(...journal.entries.map(({ when }) => when))
  return Number(row?.last ?? 0) >= wanted
}

async function isWorkerAlive(db: Database): Promise<boolean> {
  const since = sql`clock_timestamp() - make_interval(secs => ${heartbeatSeconds})`
  const [alive] = await db
    .select({ id: workers.id })
    .from(workers)
    .where(and(gt(workers.beatAt, since), eq(workers.stopping, false)))
    .limit(1)
  return alive !== undefined
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), patienceMs)
  })
  try {
    return await Promise.race([work, patience])
  } finally {
    clearTimeout(timer)
  }
}

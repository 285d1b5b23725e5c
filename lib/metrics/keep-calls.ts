import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { dayOf } from '@/lib/calendar'
import { wallNow } from '@/lib/clock'
import { putBackCalls, takeCalls } from '@/lib/stripe/calls'

/** Adds this process's requests to Stripe to the day's, which all processes share. */
export async function keepCalls(db: Database): Promise<void> {
  const taken = takeCalls()
  if (taken.calls === 0) return
  try {
    await db.execute(sql`
      insert into stripe_calls (day, calls, limited, failed)
      values (${dayOf(Math.floor(wallNow().getTime() / 1000))}, ${taken.calls}, ${taken.limited}, ${taken.failed})
      on conflict (day) do update set calls = stripe_calls.calls + excluded.calls,
        limited = stripe_calls.limited + excluded.limited, failed = stripe_calls.failed + excluded.failed`)
  } catch (error) {
    putBackCalls(taken)
    throw error
  }
}

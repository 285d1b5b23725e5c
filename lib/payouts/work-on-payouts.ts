import 'server-only'
import type { Database } from '@/db'
import { wallNow } from '@/lib/clock'
import type { Stripe } from '@/lib/stripe/client'
import { draftScheduledRun } from './draft-scheduled-run'
import { sendPayouts } from './send-payouts'
import { takeBackReversed } from './take-back-reversed'

/** What the worker does for payouts, every second: none of it moves money that was not approved. */
export async function workOnPayouts(db: Database, stripe: Stripe): Promise<void> {
  await takeBackReversed(db)
  await draftScheduledRun(db)
  await sendPayouts({ db, stripe, now: wallNow })
}

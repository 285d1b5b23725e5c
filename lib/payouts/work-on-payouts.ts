import 'server-only'
import type { Database } from '@/db'
import { wallNow } from '@/lib/clock'
import type { Stripe } from '@/lib/stripe/client'
import { draftScheduledRun } from './draft-scheduled-run'
import { heedAccounts } from './heed-accounts'
import { sendPayouts } from './send-payouts'
import { takeOutBlocked } from './take-out-blocked'
import { takeBackReversed } from './take-back-reversed'

/** After so many batches the other errands have their turn. */
const batches = 10
const batch = 100

/** These look at every account and every payout by hand; before anything is sent or written to a file it is looked at anyway. */
const heedMs = 15_000
let heedAt = 0

/** What the worker does for payouts, every second: none of it moves money that was not approved. */
export async function workOnPayouts(db: Database, stripe: Stripe, signal?: AbortSignal): Promise<void> {
  await takeBackReversed(db)
  if (Date.now() >= heedAt) {
    heedAt = Date.now() + heedMs
    await heedAccounts(db, stripe)
    await takeOutBlocked(db)
  }
  await draftScheduledRun(db)
  for (let n = 0; n < batches && !signal?.aborted; n++)
    if ((await sendPayouts({ db, stripe, now: wallNow, limit: batch })) < batch) return
}

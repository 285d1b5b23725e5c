import 'server-only'
import { connect } from '@/db'
import { wallNow } from '@/lib/clock'
import { env } from '@/lib/env'
import { findAccountId } from '@/lib/stripe/account'
import { stripeClient } from '@/lib/stripe/client'
import { ensureProgramme } from './ensure-programme'
import { findProgrammeIdentity } from './queries'

/**
 * At every start, before anything is served: opens the books of this environment, or compares them with it. A sandbox's are opened by
 * its demo, whose history reaches back.
 * @throws TributaryError conflict, in one sentence, where the books are of another kind or of another Stripe account
 */
export async function openOwnBooks(): Promise<void> {
  const { booksMode, databaseUrl } = env()
  const { db, close } = connect(databaseUrl, { max: 1 })
  try {
    if (booksMode === 'sandbox' && (await findProgrammeIdentity(db)) === null) return
    const stripeAccountId = booksMode === 'sandbox' ? null : await findAccountId(stripeClient())
    await ensureProgramme(db, { booksMode, stripeAccountId, now: wallNow() })
  } finally {
    await close()
  }
}

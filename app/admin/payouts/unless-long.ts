import 'server-only'
import { after } from 'next/server'
import { TributaryError } from '@/lib/errors'
import { log } from '@/lib/log'

const patienceMs = 3_000

/**
 * Waits a moment for work on a whole run. What takes longer goes on by itself, and the run's page shows how far it is; so nobody's
 * browser gives up on it.
 */
export async function unlessLong(work: Promise<unknown>): Promise<void> {
  let isLong = false
  const told = work.catch((error: unknown) => {
    // What was given up is written down for the page.
    if (isLong && !(error instanceof TributaryError)) log.error({ error }, 'work on a payout run failed')
  })
  after(() => told)
  const patience = new Promise<void>((resolve) => setTimeout(resolve, patienceMs))
  await Promise.race([work, patience])
  isLong = true
}

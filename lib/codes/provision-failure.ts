import type { codes } from '@/db'
import { wallNow } from '@/lib/clock'
import { provisioningPauseSeconds } from './rules'

/** What of a code's row tells that Stripe did not do it, and when it is asked again. */
export function failure(row: Pick<typeof codes.$inferSelect, 'provisionAttempts'>, error: unknown) {
  const attempts = row.provisionAttempts + 1
  const pause = provisioningPauseSeconds(attempts) * 1000
  return {
    provisionAttempts: attempts,
    provisionAt: new Date(wallNow().getTime() + pause),
    provisionError: error instanceof Error ? error.message : String(error),
  }
}

import 'server-only'
import { database, programme, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { addDays, addMonths, dayOf, startOfDay } from '@/lib/calendar'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

const mostYears = 10
const secondsAYear = 31_557_600

/**
 * Moves the programme's time ahead by days and months (a month later is the same day, clamped to the month's end).
 * @returns the programme's time from then on
 * @throws TributaryError forbidden where the books are not a sandbox's: their clock is the world's; invalid for no or too long a way
 */
export async function moveProgrammeClock(
  actor: Actor,
  by: { days?: number; months?: number },
  options: { db?: Database } = {},
): Promise<Date> {
  requireRole(actor, 'admin')
  const { days = 0, months = 0 } = by
  if (![days, months].every((count) => Number.isInteger(count) && count >= 0) || days + months === 0) {
    throw new TributaryError('invalid', 'The clock moves ahead by whole days or months.')
  }
  return (options.db ?? database()).transaction(async (tx) => {
    const [row] = await tx.select().from(programme).for('update')
    if (row?.booksMode !== 'sandbox') {
      throw new TributaryError('forbidden', 'Only a sandbox’s clock can be moved.')
    }
    const before = row.clockOffsetSeconds
    const now = Math.floor(wallNow().getTime() / 1000) + before
    const day = dayOf(now)
    const later = startOfDay(addDays(addMonths(day, months), days)) + (now - startOfDay(day))
    const after = before + later - now
    if (after > mostYears * secondsAYear) {
      throw new TributaryError('invalid', `The clock can be at most ${mostYears} years ahead.`)
    }
    await tx.update(programme).set({ clockOffsetSeconds: after })
    const at = new Date(wallNow().getTime() + after * 1000)
    await writeAudit(tx, {
      actor,
      action: 'programme.move_clock',
      subjectId: 'programme',
      before: { clockOffsetSeconds: before },
      after: { clockOffsetSeconds: after },
      at,
    })
    return at
  })
}

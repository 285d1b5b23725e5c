import 'server-only'
import { and, eq, isNull } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import { database, secondFactors, sessions, type Database, type Transaction } from '@/db'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { sha256 } from './digest'
import type { Person } from './people'
import { countRecoveryCodes, newRecoveryCodes, takeRecoveryCode } from './recovery-codes'
import { seal, unseal } from './seal'

const purpose = 'second-factor'
const stepSeconds = 30
const mostFailures = 5
const lockMinutes = 15

/** Whether somebody in the console has a second factor that counts. */
export async function secondFactorState(
  person: Person,
  db: Database = database(),
): Promise<'none' | 'begun' | 'confirmed'> {
  const [row] = await db
    .select({ confirmedAt: secondFactors.confirmedAt })
    .from(secondFactors)
    .where(eq(secondFactors.administratorId, administratorOf(person)))
  if (!row) return 'none'
  return row.confirmedAt === null ? 'begun' : 'confirmed'
}

/** How many of their recovery codes can still be used. */
export async function countOwnRecoveryCodes(person: Person, db: Database = database()): Promise<number> {
  return countRecoveryCodes(db, administratorOf(person))
}

/** Makes a secret that counts from its first right code on. Again before that, another one takes its place. @throws TributaryError conflict */
export async function beginSecondFactor(person: Person, now: Date, db: Database = database()): Promise<void> {
  const administratorId = administratorOf(person)
  const sealedSecret = seal(new Secret({ size: 20 }).base32, purpose)
  const begun = await db
    .insert(secondFactors)
    .values({ administratorId, sealedSecret, createdAt: now })
    .onConflictDoUpdate({
      target: secondFactors.administratorId,
      set: { sealedSecret, createdAt: now, lastStep: null },
      setWhere: isNull(secondFactors.confirmedAt),
    })
    .returning({ id: secondFactors.administratorId })
  if (begun.length === 0) throw new TributaryError('conflict', 'You have a second factor already.')
}

/** What an authenticator is told; only as long as it never gave a right code. Null otherwise. */
export async function findSecretToEnrol(
  person: Person,
  issuer: string,
  db: Database = database(),
): Promise<{ secret: string; uri: string } | null> {
  const [row] = await db
    .select()
    .from(secondFactors)
    .where(and(eq(secondFactors.administratorId, administratorOf(person)), isNull(secondFactors.confirmedAt)))
  const secret = row ? unseal(row.sealedSecret, purpose) : null
  if (secret === null) return null
  return { secret, uri: totpOf(secret, issuer, person.email).toString() }
}

/**
 * Takes a code of the authenticator, or a recovery code, for one session: it opens the console there and is fresh for five minutes. Each works
 * once. Five wrong ones in a row lock it for a quarter of an hour.
 * @param sessionToken of the browser that asks
 * @returns recovery codes where this was the first right code, to be shown once; else none
 * @throws TributaryError invalid, rate_limited, conflict where there is none; all with the field `code`
 */
export async function giveSecondFactor(
  person: Person,
  given: Given,
  now: Date,
  db: Database = database(),
): Promise<string[]> {
  return withRightCode(person, given, now, db, async (tx, { administratorId, isFirst }) => {
    if (!isFirst) return []
    const at = await programmeNow(tx)
    await writeAudit(tx, { actor: person, action: 'second_factor.enrol', subjectId: administratorId, at })
    return newRecoveryCodes(tx, administratorId)
  })
}

/**
 * New recovery codes in place of all that there were, for a right code of the authenticator.
 * @returns them, to be shown once. Throws what `giveSecondFactor` throws
 */
export async function renewRecoveryCodes(
  person: Person,
  given: Given,
  now: Date,
  db: Database = database(),
): Promise<string[]> {
  return withRightCode(person, given, now, db, async (tx, { administratorId }) => {
    const at = await programmeNow(tx)
    const action = 'recovery_codes.renew'
    await writeAudit(tx, { actor: person, action, subjectId: administratorId, at })
    return newRecoveryCodes(tx, administratorId)
  })
}

interface Given {
  code: string
  /** Of the browser that asks. */
  sessionToken: string
}

/** Takes the code and does what it is good for, in one transaction; a wrong one is counted, and that is kept. */
async function withRightCode(
  person: Person,
  given: Given,
  now: Date,
  db: Database,
  perform: (tx: Transaction, taken: { administratorId: string; isFirst: boolean }) => Promise<string[]>,
): Promise<string[]> {
  const administratorId = administratorOf(person)
  const mine = eq(secondFactors.administratorId, administratorId)
  const verdict = await db.transaction(async (tx) => {
    const [row] = await tx.select().from(secondFactors).where(mine).for('update')
    if (!row) return new TributaryError('conflict', 'Set up your second factor first.', 'code')
    if (row.lockedUntil !== null && row.lockedUntil > now)
      return new TributaryError('rate_limited', 'Too many wrong codes: wait a quarter of an hour.', 'code')
    const step = stepOf(row, given.code, now)
    if (step === null && !(await usedRecoveryCode(tx, person, row, given.code, now))) {
      const failures = row.failures + 1
      const locked = failures >= mostFailures
      const lockedUntil = locked ? new Date(now.getTime() + lockMinutes * 60_000) : null
      await tx
        .update(secondFactors)
        .set({ failures: locked ? 0 : failures, lockedUntil })
        .where(mine)
      return new TributaryError('invalid', 'This code is not right, or was used before.', 'code')
    }
    await tx
      .update(secondFactors)
      .set({
        lastStep: step ?? row.lastStep,
        failures: 0,
        lockedUntil: null,
        confirmedAt: row.confirmedAt ?? now,
      })
      .where(mine)
    await tx
      .update(sessions)
      .set({ secondFactorAt: now })
      .where(and(eq(sessions.sessionToken, sha256(given.sessionToken)), eq(sessions.userId, person.userId)))
    return perform(tx, { administratorId, isFirst: row.confirmedAt === null })
  })
  if (verdict instanceof TributaryError) throw verdict
  return verdict
}

function administratorOf(person: Person): string {
  const { id } = person.administrator ?? person.awaiting ?? {}
  if (id === undefined) throw new TributaryError('forbidden', 'Second factors are for the console.')
  return id
}

function totpOf(secret: string, issuer = 'Tributary', label = ''): TOTP {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret), period: stepSeconds, digits: 6 })
}

/** The step whose code it is, one to either side for clocks that differ; null if it is wrong or of a step that was taken. */
function stepOf(row: typeof secondFactors.$inferSelect, code: string, now: Date): number | null {
  const digits = code.replaceAll(/\s/g, '')
  const secret = unseal(row.sealedSecret, purpose)
  if (secret === null || !/^\d{6}$/.test(digits)) return null
  const delta = totpOf(secret).validate({ token: digits, timestamp: now.getTime(), window: 1 })
  if (delta === null) return null
  const step = Math.floor(now.getTime() / 1000 / stepSeconds) + delta
  return row.lastStep !== null && step <= row.lastStep ? null : step
}

async function usedRecoveryCode(
  tx: Transaction,
  person: Person,
  { administratorId, confirmedAt }: typeof secondFactors.$inferSelect,
  code: string,
  now: Date,
): Promise<boolean> {
  if (confirmedAt === null || !(await takeRecoveryCode(tx, administratorId, code, now))) return false
  const at = await programmeNow(tx)
  const action = 'recovery_code.use'
  await writeAudit(tx, { actor: person, action, subjectId: administratorId, at })
  return true
}

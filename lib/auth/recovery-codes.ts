import 'server-only'
import { randomInt } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { recoveryCodes, type Querying, type Transaction } from '@/db'
import { sha256 } from './digest'

const howMany = 10

/** Digits, since telephones show the keys for them: twenty are 66 bits. */
const newCode = (): string =>
  Array.from({ length: 5 }, () => String(randomInt(10_000)).padStart(4, '0')).join('-')

const plain = (code: string): string => code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** In place of all that there were. @returns the codes themselves, of which only digests are kept */
export async function newRecoveryCodes(tx: Transaction, administratorId: string): Promise<string[]> {
  const codes = Array.from({ length: howMany }, newCode)
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.administratorId, administratorId))
  await tx.insert(recoveryCodes).values(codes.map((code) => ({ administratorId, hash: sha256(plain(code)) })))
  return codes
}

/** Uses a code up. @returns false if there is no such code, or it was used */
export async function takeRecoveryCode(
  tx: Transaction,
  administratorId: string,
  code: string,
  now: Date,
): Promise<boolean> {
  const taken = await tx
    .update(recoveryCodes)
    .set({ usedAt: now })
    .where(
      and(
        eq(recoveryCodes.administratorId, administratorId),
        eq(recoveryCodes.hash, sha256(plain(code))),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ hash: recoveryCodes.hash })
  return taken.length > 0
}

/** How many can still be used. */
export async function countRecoveryCodes(db: Querying, administratorId: string): Promise<number> {
  return db.$count(
    recoveryCodes,
    and(eq(recoveryCodes.administratorId, administratorId), isNull(recoveryCodes.usedAt)),
  )
}

import 'server-only'
import { and, gt, sql } from 'drizzle-orm'
import { affiliates, codes, signUps, type Querying } from '@/db'
import { wallNow } from '@/lib/clock'
import { isCodeTaken } from '@/lib/codes/is-code-taken'
import { loadReserved } from '@/lib/codes/reserved-words'
import { codeText } from '@/lib/codes/rules'
import { findSeenTexts } from '@/lib/codes/seen-texts'
import type { Discount } from '@/lib/programme/schemas'
import type { Stripe } from '@/lib/stripe/client'
import { alternativesTo, checkHandle } from './rules'

export interface HandleProblem {
  message: string
  isTaken: boolean
  /** Handles that are free, to be offered instead. */
  suggestions: string[]
}

interface Wanted {
  discount: Discount
  exceptEmail?: string | undefined
  mayReserved?: boolean
}

const mostSuggestions = 3

/**
 * @param wanted `exceptEmail`: whose own sign-up does not stand in the way; `mayReserved`: reserved words are given away
 * @returns the handle as it is stored, or what is wrong with it in words
 */
export async function findHandleProblem(
  db: Querying,
  stripe: Stripe,
  wanted: Wanted & { handle: string; displayName: string },
): Promise<{ handle: string; problem: null } | { handle: null; problem: HandleProblem }> {
  const check = checkHandle(wanted.handle)
  if (!check.ok) {
    const offered = check.suggestion === null ? [] : [check.suggestion]
    const suggestions = await free(db, offered, wanted)
    return { handle: null, problem: { message: check.message, isTaken: false, suggestions } }
  }
  const { handle } = check
  if (!wanted.mayReserved && (await isKept(db, handle, wanted.discount))) {
    const suggestions = await free(db, alternativesTo(handle, wanted.displayName), wanted)
    return {
      handle: null,
      problem: { message: keptMessage(handle, suggestions), isTaken: true, suggestions },
    }
  }
  const [own] = await free(db, [handle], wanted)
  const code = codeText(handle, wanted.discount)
  if (own !== undefined && (await isCodeTaken(stripe, code)) !== true) return { handle, problem: null }
  const suggestions = await free(db, alternativesTo(handle, wanted.displayName), wanted)
  return {
    handle: null,
    problem: { message: takenMessage(handle, code, suggestions), isTaken: true, suggestions },
  }
}

/** In words, with what is free instead. */
export function takenMessage(handle: string, code: string, suggestions: readonly string[]): string {
  return `${handle} is taken: ${code} is somebody else’s code.${instead(suggestions)}`
}

/** Why is nobody's business who signs up. */
function keptMessage(handle: string, suggestions: readonly string[]): string {
  return `${handle} cannot be had.${instead(suggestions)}`
}

function instead(suggestions: readonly string[]): string {
  return suggestions.length > 0 ? ` Free: ${suggestions.slice(0, mostSuggestions).join(', ')}.` : ''
}

async function isKept(db: Querying, handle: string, discount: Discount): Promise<boolean> {
  const isReserved = await loadReserved(db)
  return isReserved(handle) || isReserved(codeText(handle, discount))
}

/** Those of the handles that nobody has or waits for, nor the code that would come of them; in the order given. */
async function free(
  db: Querying,
  handles: readonly string[],
  { discount, exceptEmail = '', mayReserved = false }: Wanted,
): Promise<string[]> {
  if (handles.length === 0) return []
  const texts = handles.map((handle) => codeText(handle, discount))
  const lower = handles.map((handle) => handle.toLowerCase())
  const rows = await db
    .select({ taken: sql<string>`lower(${affiliates.handle})` })
    .from(affiliates)
    .where(sql`lower(${affiliates.handle}) in ${lower}`)
    .union(
      db
        .select({ taken: sql<string>`upper(${codes.code})` })
        .from(codes)
        .where(sql`upper(${codes.code}) in ${texts}`),
    )
    .union(
      db
        .select({ taken: sql<string>`lower(${signUps.handle})` })
        .from(signUps)
        .where(
          and(
            sql`lower(${signUps.handle}) in ${lower}`,
            sql`lower(${signUps.email}) <> ${exceptEmail.toLowerCase()}`,
            gt(signUps.expiresAt, wallNow()),
          ),
        ),
    )
  const [isReserved, seen] = await Promise.all([loadReserved(db), findSeenTexts(db, texts)])
  const taken = new Set([...rows.map((row) => row.taken), ...seen])
  return handles
    .filter((handle) => {
      const text = codeText(handle, discount)
      const isKeptBack = !mayReserved && (isReserved(handle) || isReserved(text))
      return !taken.has(handle.toLowerCase()) && !taken.has(text) && !isKeptBack
    })
    .slice(0, mostSuggestions)
}

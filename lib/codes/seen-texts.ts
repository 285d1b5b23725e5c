import 'server-only'
import { isNotNull, and, sql } from 'drizzle-orm'
import { evidence, type Querying } from '@/db'
import { among } from '@/lib/rows'

/**
 * Those of these texts that customers have shown already. A code that got one of them would take their past with it, unasked.
 * @param texts in capitals
 */
export async function findSeenTexts(db: Querying, texts: readonly string[]): Promise<Set<string>> {
  if (texts.length === 0) return new Set()
  const text = sql<string>`upper(${evidence.codeText})`
  const rows = await db
    .selectDistinct({ text })
    .from(evidence)
    .where(and(isNotNull(evidence.codeText), among(text, texts)))
  return new Set(rows.map((row) => row.text))
}

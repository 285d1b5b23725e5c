import 'server-only'
import { terms, type Transaction } from '@/db'
import { actorName, type Actor } from '@/lib/actor'
import {
  overridesSchema,
  ownTermsSchema,
  termsSchema,
  type OwnTerms,
  type Terms,
  type TermsOverrides,
} from './schemas'

interface NewVersion {
  effectiveFrom: Date
  recordedAt: Date
  first?: boolean
}

/** One more whole document of the programme. */
export async function insertProgrammeTerms(
  tx: Transaction,
  actor: Actor,
  version: NewVersion & { values: Terms },
): Promise<number> {
  return insert(tx, actor, { ...version, affiliateId: null, values: termsSchema.encode(version.values) })
}

/** One more version of a group's terms: all that it overrides from then on. */
export async function insertGroupTerms(
  tx: Transaction,
  actor: Actor,
  version: NewVersion & { groupId: string; values: TermsOverrides },
): Promise<number> {
  const values = overridesSchema.encode(version.values)
  return insert(tx, actor, { ...version, affiliateId: null, values })
}

/** One more version of an affiliate's own terms: all that they override from then on. */
export async function insertAffiliateTerms(
  tx: Transaction,
  actor: Actor,
  version: NewVersion & { affiliateId: string; values: OwnTerms },
): Promise<number> {
  return insert(tx, actor, { ...version, values: ownTermsSchema.encode(version.values) })
}

async function insert(
  tx: Transaction,
  actor: Actor,
  version: NewVersion & { affiliateId: string | null; groupId?: string; values: unknown },
): Promise<number> {
  const { kind, id } = actorName(actor)
  const [row] = await tx
    .insert(terms)
    .values({ ...version, recordedBy: `${kind}:${id}` })
    .returning({ id: terms.id })
  if (!row) throw new Error('The terms were not written')
  return row.id
}

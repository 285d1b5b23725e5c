import { sql } from 'drizzle-orm'
import { codes, connect, type Database } from '@/db'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { provisionCode } from '@/lib/codes/provision-code'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { anomalyRules, termsSchema } from '@/lib/programme/schemas'
import { defaultTerms } from '@/lib/programme/terms'
import { insertProgrammeTerms } from '@/lib/programme/write-terms'
import { createSandbox } from '@/lib/stripe-sandbox/index'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import type { Affiliate } from '../model/facts'
import { agreeAtFirst, founded } from './agreeing'
import type { AffiliateSeed, Setting } from './setting'
import { clientOf, type Life } from './life'
import { openShop } from './shop'

const system = { kind: 'system', job: 'test' } as const

/** One set of books for all histories: each has a sandbox and affiliates of its own. */
export interface Books {
  db: Database
  database: TestDatabase
  histories: number
  /** How often each thing came to pass, in all of them. */
  happened: Map<string, number>
  close(): Promise<void>
}

export async function openBooks(): Promise<Books> {
  const database = await testDatabase()
  const { db, close } = connect(database.url, { max: 4 })
  await ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: null, now: founded })
  await silenceRules(db)
  return {
    db,
    database,
    histories: 0,
    happened: new Map(),
    close: async () => {
      await close()
      await database.drop()
    },
  }
}

/** Most rules of section 6 look across customers, which is not what is tried here: they tell and do nothing. */
async function silenceRules(db: Database): Promise<void> {
  const anomalies = Object.fromEntries(
    anomalyRules.map((rule) => {
      const action = rule === 'same_email' ? 'void' : rule === 'early_fraud_warning' ? 'hold' : 'notice'
      return [rule, { action, threshold: null }] as const
    }),
  )
  const values = termsSchema.parse({
    ...termsSchema.encode(defaultTerms('2020-01-01')),
    anomalies,
    earnsFrom: '2020-01-01',
  })
  await db.transaction((tx) =>
    insertProgrammeTerms(tx, system, { effectiveFrom: founded, recordedAt: founded, values }),
  )
}

export async function beginLife(
  books: Books,
  setting: Setting,
): Promise<{ life: Life; close(): Promise<void> }> {
  books.histories += 1
  const sandbox = await createSandbox({
    listen: false,
    // The same history has ids of the same order each time: ties are decided by them.
    seed: `history ${setting.seed}`,
    mark: books.histories.toString(36).padStart(4, '0'),
    now: () => setting.start,
    settings: {
      fee: { percentBps: setting.feeBps, fixedMinor: 30 },
      feeDelaySeconds: setting.feeDelaySeconds,
      renewalDraftSeconds: setting.renewalDraftSeconds,
      settlement: setting.settlement,
    },
  })
  const stripe = clientOf(sandbox)
  const affiliates: Affiliate[] = []
  for (const [i, seed] of setting.affiliates.entries())
    affiliates.push(await joinProgramme(books, stripe, { seed, name: `H${books.histories}N${i}Z` }))
  const { groups, terms } = await agreeAtFirst(books, setting, affiliates)
  const others = { codes: [], attributions: [], verdicts: [], standings: [], reversals: [], byHand: [] }
  const decisions = { terms, ...others }
  const shop = await openShop(stripe, affiliates)
  return {
    life: { sandbox, stripe, shop, affiliates, groups, decisions, start: setting.start, customers: [] },
    close: () => sandbox.close(),
  }
}

const emailAt = (name: string): string => `${name.toLowerCase()}@example.com`

async function joinProgramme(
  { db }: Books,
  stripe: Life['stripe'],
  { seed, name }: { seed: AffiliateSeed; name: string },
): Promise<Affiliate> {
  const { affiliateId, code } = await createAffiliate(
    system,
    {
      handle: name,
      displayName: name,
      email: emailAt(name),
      ...(seed.discount && { discount: seed.discount }),
    },
    { db, stripe, now: founded },
  )
  await provisionCode(db, stripe, code)
  const rows = await db
    .select()
    .from(codes)
    .where(sql`${codes.affiliateId} = ${affiliateId}`)
  const [row] = rows
  if (!row?.stripePromotionCodeId) throw new Error(`The code ${code} was not made`)
  return {
    id: affiliateId,
    couponId: row.stripeCouponId,
    promotionCodeId: row.stripePromotionCodeId,
    code: row.code,
    email: emailAt(name),
  }
}

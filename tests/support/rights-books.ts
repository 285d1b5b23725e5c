import { eq } from 'drizzle-orm'
import { commissions, materials, payouts, programmeLogos, sessions, sweeps, users, type Database } from '@/db'
import { randomToken, sha256 } from '@/lib/auth/digest'
import { createApiKey } from '@/lib/api/create-api-key'
import { beginPortalView } from '@/lib/auth/portal-views'
import { drain } from '@/lib/intake/drain'
import { uploadBatch } from '@/lib/codes/upload-batch'
import { uploadImport } from '@/lib/imports/upload-import'
import { addMaterial } from '@/lib/links/add-material'
import { buy, deliver } from './books'
import type { Shop } from './fault-books'
import { draftAndApprove, earn, newColleague, payByPaypal, system } from './payouts'
import type { Who } from './rights'

export interface RightsBooks {
  /** What stands for `[name]` in a page's path. */
  ids: Record<string, string>
  keys: Record<'read' | 'admin', string>
  /** A session of somebody's that has just begun. */
  sessionOf(who: Exclude<Who, 'nobody'>): Promise<string>
}

/** Books in which there is one of everything that a page is about, and somebody in every role. */
export async function fillBooks(db: Database, shop: Shop, now: Date): Promise<RightsBooks> {
  const { paymentId, customerId } = await buy(shop.stripe, {
    amount: 2900,
    interval: 'month',
    code: 'AHMET5',
    buyer: { email: 'ahmet@example.com' },
  })
  const [event] = shop.sandbox.events()
  await deliver({ db }, shop.sandbox.events())
  await drain(db, shop.stripe, 30_000)
  const [commission] = await db.select().from(commissions).where(eq(commissions.paymentId, paymentId))
  const affiliate = commission?.affiliateId ?? ''
  await earn(db, affiliate, 10_000n, { on: '2025-12-01' })
  await earn(db, affiliate, -900n, { on: '2025-12-01', currency: 'eur' })
  await payByPaypal(db, affiliate, 'ahmet@example.com')
  const colleagues = {
    viewer: await newColleague(db, 'viewer', 'viewer'),
    finance: await newColleague(db, 'finance'),
    admin: await newColleague(db, 'admin', 'admin'),
  }
  const run = await draftAndApprove(db, { drafts: colleagues.admin, approves: colleagues.finance }, now)
  const [payout] = await db.select().from(payouts).where(eq(payouts.runId, run))
  await addMaterial(system, { title: 'A picture', picture: onePixel }, db)
  // The first of its kind too, so that one id names both.
  await db
    .insert(programmeLogos)
    .values({ picture: onePixel, mediaType: 'image/png', width: 1, height: 1, uploadedAt: now })
  await db
    .insert(sweeps)
    .values({ begunBy: 'nightly', state: 'running', since: now, begunAt: now, startedAt: now })
  const [material] = await db.select({ id: materials.id }).from(materials)
  const keyOf = async (scope: 'read' | 'admin') =>
    (await createApiKey(system, { name: scope, scope }, { db })).key
  const emails = {
    affiliate: 'ahmet@example.com',
    viewer: colleagues.viewer.email,
    finance: colleagues.finance.email,
    admin: colleagues.admin.email,
    half: colleagues.admin.email,
    watcher: colleagues.admin.email,
  }
  return {
    ids: {
      affiliate,
      payment: paymentId,
      customer: customerId ?? '',
      event: event?.id ?? '',
      run,
      payout: payout?.id ?? '',
      file: 'paypal-usd-1.csv',
      link: 'code',
      list: 'affiliates',
      member: colleagues.viewer.administrator?.id ?? '',
      code: 'AHMET5',
      import: await uploadImport(
        system,
        { name: 'affiliates.csv', csv: 'handle,name,email\nBerta,Berta,berta@example.net' },
        { db },
      ),
      batch: await uploadBatch(system, { name: 'codes.csv', csv: 'affiliate,percent_off\nAhmet,7' }, { db }),
      id: String(material?.id ?? ''),
    },
    keys: { read: await keyOf('read'), admin: await keyOf('admin') },
    sessionOf: async (who) => {
      const sessionToken = await beginSession(db, emails[who], who === 'half' ? null : new Date())
      const look = { affiliateId: affiliate, sessionToken }
      if (who === 'watcher') await beginPortalView(colleagues.admin, look, new Date(), db)
      return sessionToken
    },
  }
}

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

async function beginSession(db: Database, email: string, secondFactorAt: Date | null): Promise<string> {
  await db.insert(users).values({ email, emailVerified: new Date() }).onConflictDoNothing()
  const [user] = await db.select().from(users).where(eq(users.email, email))
  const token = randomToken()
  const expires = new Date(Date.now() + 30 * 86_400_000)
  await db
    .insert(sessions)
    .values({ sessionToken: sha256(token), userId: user?.id ?? '', expires, secondFactorAt })
  return token
}

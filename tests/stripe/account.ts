import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, type Database } from '@/db'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { provisionCode } from '@/lib/codes/provision-code'
import { readSettings } from '@/lib/env'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { createStripe, type Stripe } from '@/lib/stripe/client'
import { createSandbox } from '@/lib/stripe-sandbox/index'
import { testDatabase } from '@/tests/support/database'

const system = { kind: 'system', job: 'conformance' } as const

/** A programme with one affiliate on an account of Stripe's own where STRIPE_TEST_KEY names one, else on a sandbox. */
export interface Account {
  stripe: Stripe
  db: Database
  isReal: boolean
  affiliateId: string
  code: string
  /** Ends with all that was made at Stripe deleted or, where Stripe deletes nothing, switched off. */
  close(): Promise<void>
  /** What is to be done at the end, the last first. */
  atEnd(work: () => Promise<unknown>): void
}

export async function openAccount(): Promise<Account> {
  const key = readSettings().STRIPE_TEST_KEY
  const sandbox = key === undefined ? await createSandbox({ seed: 'conformance' }) : null
  const stripe = sandbox ? createStripe('sk_test_conformance', sandbox.url) : createStripe(key ?? '')
  const database = await testDatabase()
  const { db, close } = connect(database.url, { max: 4 })
  const ends: (() => Promise<unknown>)[] = [() => database.drop(), close]
  if (sandbox) ends.push(() => sandbox.close())
  const booksMode = sandbox ? 'sandbox' : 'test'
  const long = new Date('2025-01-01T00:00:00Z')
  await ensureProgramme(db, { booksMode, stripeAccountId: null, now: long })
  // Codes are the account's for ever: every run has a word of its own.
  const word = Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join('')
  const person = { handle: word, displayName: 'A Check', email: `${word}@example.com` }
  const { affiliateId, code } = await createAffiliate(system, person, { db, stripe, now: long })
  const { status } = await provisionCode(db, stripe, code)
  if (status !== 'active') throw new Error(`The code ${code} could not be made at Stripe: it is ${status}`)
  return {
    stripe,
    db,
    isReal: sandbox === null,
    affiliateId,
    code,
    atEnd: (work) => void ends.push(work),
    close: async () => {
      for (let end = ends.pop(); end; end = ends.pop()) await end()
    },
  }
}

/** A customer with a card who lives in a test clock of their own; the clock takes them and their subscriptions with it. */
export async function settle(
  { stripe, atEnd }: Account,
  name: string,
): Promise<{ customer: string; clock: string; begunAt: number }> {
  const begunAt = Math.floor(Date.now() / 1000)
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: begunAt, name })
  atEnd(() => stripe.testHelpers.testClocks.del(clock.id))
  const { id } = await stripe.customers.create({ email: 'buyer@example.com', test_clock: clock.id })
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: id })
  await stripe.customers.update(id, { invoice_settings: { default_payment_method: method.id } })
  return { customer: id, clock: clock.id, begunAt }
}

/** What is answered once it is there; Stripe does some things by and by. */
export async function whenThere<T>(account: Account, ask: () => Promise<T | null>): Promise<T> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const answer = await ask()
    if (answer !== null) return answer
    if (account.isReal) await pause(2_000)
  }
  throw new Error('Stripe has not done in two minutes what it does in seconds')
}

/** Moves a test clock on and waits until all that falls due on the way is done. */
export async function moveClock(account: Account, clock: string, to: number): Promise<void> {
  const { testClocks } = account.stripe.testHelpers
  await testClocks.advance(clock, { frozen_time: to })
  await whenThere(account, async () => {
    const { status } = await testClocks.retrieve(clock)
    if (status === 'internal_failure') throw new Error('Stripe could not move the test clock')
    return status === 'ready' ? status : null
  })
}

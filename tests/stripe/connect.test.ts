import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { Stripe } from '@/lib/stripe/client'
import { openAccount, type Account } from './account'

const patience = 300_000

let account: Account
beforeAll(async () => {
  account = await openAccount()
}, patience)
afterAll(() => account.close(), patience)

async function faultOf(work: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const fault: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (fault instanceof Stripe.errors.StripeError) return fault
  throw new Error('Stripe was expected to refuse')
}

/** A recipient who has not been through the onboarding; an account without Connect cannot have one. */
async function recipient(context: TestContext): Promise<Stripe.V2.Core.Account> {
  const { accounts } = account.stripe.v2.core
  try {
    const made = await accounts.create({
      contact_email: 'payee@example.com',
      display_name: 'Conformance',
      dashboard: 'express',
      defaults: { responsibilities: { fees_collector: 'application', losses_collector: 'application' } },
      identity: { country: 'us', entity_type: 'individual' },
      configuration: {
        recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } },
      },
      include: ['configuration.recipient', 'requirements'],
    })
    account.atEnd(() => accounts.close(made.id, { applied_configurations: ['recipient'] }))
    return made
  } catch (error) {
    if (account.isReal && error instanceof Stripe.errors.StripeError) {
      context.skip(`this account has no Connect: ${error.message}`)
    }
    throw error
  }
}

const transfersOf = ({ configuration }: Stripe.V2.Core.Account) =>
  configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers

describe('a recipient', () => {
  it('cannot be sent money before the onboarding, to which a link leads', async (context) => {
    const made = await recipient(context)
    const { stripe } = account
    expect(made.id).toMatch(/^acct_\w+$/)
    expect(transfersOf(made)?.status).not.toBe('active')
    const read = await stripe.v2.core.accounts.retrieve(made.id, { include: ['configuration.recipient'] })
    expect(transfersOf(read)?.status).toBe(transfersOf(made)?.status)
    const link = await stripe.v2.core.accountLinks.create({
      account: made.id,
      use_case: {
        type: 'account_onboarding',
        account_onboarding: {
          refresh_url: 'https://example.com/again',
          return_url: 'https://example.com/back',
        },
      },
    })
    expect(link.url).toMatch(/^https?:\/\//)
    const send = { amount: 100, currency: 'usd', destination: made.id }
    expect(await faultOf(stripe.transfers.create(send))).toMatchObject({
      statusCode: 400,
      code: 'insufficient_capabilities_for_transfer',
    })
  })

  it('that is nobody cannot be sent money', async () => {
    const send = { amount: 100, currency: 'usd', destination: 'acct_1nobody0000000' }
    const fault = await faultOf(account.stripe.transfers.create(send))
    expect(fault).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'destination' })
  })
})

describe('the balance', () => {
  it('is told by currency, what is there apart from what is to come', async () => {
    const balance = await account.stripe.balance.retrieve()
    for (const part of [...balance.available, ...balance.pending]) {
      expect(part).toMatchObject({
        amount: expect.any(Number),
        currency: expect.stringMatching(/^[a-z]{3}$/),
      })
    }
  })
})

describe('an idempotency key', () => {
  it('gives the first answer again, and refuses another body', async () => {
    const { customers } = account.stripe
    const idempotencyKey = `conformance:${randomUUID()}`
    const make = (name: string) => customers.create({ name }, { idempotencyKey })
    const first = await make('Once')
    account.atEnd(() => customers.del(first.id))
    const again = await make('Once')
    expect(again.id).toBe(first.id)
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(await faultOf(make('Twice'))).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' })
  })
})

describe('transfers', () => {
  it('of a group that nobody used are none', async () => {
    const { data } = await account.stripe.transfers.list({ transfer_group: `conformance:${randomUUID()}` })
    expect(data).toEqual([])
  })
})

import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { control, faultOf, openShop, type Shop } from './stripe-sandbox-client'
import { payee, recipient } from './stripe-sandbox-payees'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.sandbox.close())

describe('a recipient', () => {
  it('is restricted until the onboarding is through, and active then', async () => {
    const { stripe, sandbox } = shop
    const include: Stripe.V2.Core.AccountRetrieveParams['include'] = [
      'configuration.recipient',
      'requirements',
    ]
    const { id } = await stripe.v2.core.accounts.create(recipient)
    const before = await stripe.v2.core.accounts.retrieve(id, { include })
    expect(before).toMatchObject({
      object: 'v2.core.account',
      dashboard: 'express',
      configuration: {
        recipient: { capabilities: { stripe_balance: { stripe_transfers: { status: 'restricted' } } } },
      },
      requirements: { summary: { minimum_deadline: { status: 'currently_due' } } },
    })
    expect((await stripe.accounts.retrieve(id)).capabilities?.transfers).toBe('inactive')

    const link = await stripe.v2.core.accountLinks.create({
      account: id,
      use_case: {
        type: 'account_onboarding',
        account_onboarding: { refresh_url: 'https://a.example/again', return_url: 'https://a.example/back' },
      },
    })
    expect(link.url).toContain(id)
    expect(Date.parse(link.expires_at)).toBeGreaterThan(Date.parse(link.created))

    await control(stripe, `accounts/${id}/onboard`)
    const after = await stripe.v2.core.accounts.retrieve(id, { include })
    expect(after.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers).toEqual({
      status: 'active',
      status_details: [],
    })
    expect(after.requirements?.entries).toEqual([])
    const told = sandbox.events().at(-1)
    expect(told).toMatchObject({
      type: 'account.updated',
      account: id,
      data: { object: { id, object: 'account', capabilities: { transfers: 'active' } } },
    })
  })

  it('is not there under an unknown id, in either API', async () => {
    expect(await faultOf(shop.stripe.v2.core.accounts.retrieve('acct_x'))).toMatchObject({
      statusCode: 404,
      code: 'not_found',
    })
    expect(await faultOf(shop.stripe.accounts.retrieve('acct_x'))).toMatchObject({
      statusCode: 403,
      code: 'account_invalid',
    })
  })

  it('can be found in the list, page by page, and not once it is closed', async () => {
    const { stripe } = shop
    const ids: string[] = []
    for (let i = 0; i < 3; i++) ids.push((await stripe.v2.core.accounts.create(recipient)).id)
    const closed = ids[0] ?? ''
    await stripe.v2.core.accounts.close(closed, { applied_configurations: ['recipient'] })
    const found: string[] = []
    for await (const account of stripe.v2.core.accounts.list({ limit: 1 })) found.push(account.id)
    expect(found.toSorted()).toEqual(ids.slice(1).toSorted())
  })

  it('tells of itself to an endpoint for connected accounts alone', async () => {
    const { stripe, sandbox } = shop
    const url = 'http://127.0.0.1:9/hook'
    await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] })
    const connect = await stripe.webhookEndpoints.create({ url, enabled_events: ['*'], connect: true })
    await payee(shop)
    const waiting = sandbox.all('sandbox.delivery').map((it) => it.endpoint)
    expect(waiting).toEqual([connect.id])
  })
})

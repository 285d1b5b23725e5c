import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, faultOf, openShop, stock, type Catalogue, type Shop } from './stripe-sandbox-client'

let shop: Shop
let goods: Catalogue
beforeAll(async () => {
  shop = await openShop()
  goods = await stock(shop.stripe)
})
afterAll(() => shop.sandbox.close())

describe('errors', () => {
  it('for a route that Stripe does not have is a proper 404', async () => {
    const fault = await faultOf(shop.stripe.rawRequest('GET', '/v1/no/such/thing'))
    expect(fault).toMatchObject({ statusCode: 404, type: 'StripeInvalidRequestError' })
    expect(fault.message).toContain('Unrecognized request URL (GET: /v1/no/such/thing)')
  })

  it('without a key or with a live one is a 401', async () => {
    const answer = await fetch(`${shop.sandbox.url}/v1/account`)
    expect([answer.status, Object.keys(await answer.json())]).toEqual([401, ['error']])
    expect(await faultOf(clientOf(shop.sandbox, 'sk_live_x').accounts.retrieveCurrent())).toMatchObject({
      statusCode: 401,
      type: 'StripeAuthenticationError',
    })
  })

  it('name the parameter: unknown, missing, of the wrong kind, empty', async () => {
    const cases: [string, object, string, string | undefined][] = [
      ['/v1/customers', { nickname: 'x' }, 'nickname', 'parameter_unknown'],
      ['/v1/customers', { address: { planet: 'x' } }, 'address[planet]', 'parameter_unknown'],
      ['/v1/products', {}, 'name', 'parameter_missing'],
      [
        '/v1/prices',
        { currency: 'usd', unit_amount: 'ten', product: goods.product.id },
        'unit_amount',
        'parameter_invalid_integer',
      ],
      ['/v1/products', { name: '' }, 'name', 'parameter_invalid_empty'],
      ['/v1/coupons', { percent_off: 5, duration: 'always' }, 'duration', undefined],
      ['/v1/subscriptions', { customer: 'cus_x', items: [{ quantity: 1 }] }, 'customer', 'resource_missing'],
    ]
    for (const [path, params, param, code] of cases) {
      expect(await faultOf(shop.stripe.rawRequest('POST', path, { ...params }))).toMatchObject({
        statusCode: 400,
        param,
        code,
      })
    }
  })

  it('say what is missing', async () => {
    expect(await faultOf(shop.stripe.invoices.retrieve('in_x'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such invoice: 'in_x'",
    })
  })

  it('can be asked for', async () => {
    const { stripe, sandbox } = shop
    sandbox.settings({ failures: [{ path: '/v1/products', status: 429, times: 2, how: 'error' }] })
    expect(await faultOf(stripe.products.list())).toMatchObject({
      statusCode: 429,
      type: 'StripeRateLimitError',
    })
    sandbox.settings({ failures: [{ path: '/v1/products', status: 200, times: 1, how: 'cut' }] })
    expect(await faultOf(stripe.products.list())).toMatchObject({ type: 'StripeConnectionError' })
    expect((await stripe.products.list()).data).toHaveLength(1)
  })
})

describe('idempotency keys', () => {
  it('give the first answer again and do the work once', async () => {
    const options = { idempotencyKey: 'once' }
    const first = await shop.stripe.customers.create({ name: 'One' }, options)
    const again = await shop.stripe.customers.create({ name: 'One' }, options)
    expect(again.id).toBe(first.id)
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
  })

  it('refuse other parameters', async () => {
    await shop.stripe.customers.create({ name: 'A' }, { idempotencyKey: 'two' })
    expect(
      await faultOf(shop.stripe.customers.create({ name: 'B' }, { idempotencyKey: 'two' })),
    ).toMatchObject({
      statusCode: 400,
      type: 'StripeIdempotencyError',
    })
  })

  it('remember a refusal by the work, and not one of the parameters', async () => {
    const coupon = { id: 'aff_ahmet', percent_off: 5, duration: 'forever' as const }
    const refused = await faultOf(shop.stripe.coupons.create(coupon, { idempotencyKey: 'three' }))
    expect(refused.code).toBe('resource_already_exists')
    await faultOf(shop.stripe.rawRequest('POST', '/v1/customers', { wrong: 1 }, { idempotencyKey: 'four' }))
    expect(await shop.stripe.customers.create({ name: 'Now' }, { idempotencyKey: 'four' })).toMatchObject({
      name: 'Now',
    })
  })
})

describe('lists', () => {
  it('are newest first, and cursors walk them both ways', async () => {
    const ids: string[] = []
    for (let i = 0; i < 7; i++)
      ids.unshift((await shop.stripe.customers.create({ email: 'walk@example.com' })).id)
    const list = (params: object) => shop.stripe.customers.list({ email: 'walk@example.com', ...params })
    const first = await list({ limit: 3 })
    expect([first.data.map((each) => each.id), first.has_more]).toEqual([ids.slice(0, 3), true])
    const second = await list({ limit: 3, starting_after: ids[2] })
    expect(second.data.map((each) => each.id)).toEqual(ids.slice(3, 6))
    const last = await list({ limit: 3, starting_after: ids[5] })
    expect([last.data.map((each) => each.id), last.has_more]).toEqual([ids.slice(6), false])
    const back = await list({ limit: 3, ending_before: ids[4] })
    expect([back.data.map((each) => each.id), back.has_more]).toEqual([ids.slice(1, 4), true])
    expect((await list({ limit: 2 }).autoPagingToArray({ limit: 100 })).map((each) => each.id)).toEqual(ids)
  })

  it('hold at most a hundred', async () => {
    expect(await faultOf(shop.stripe.customers.list({ limit: 101 }))).toMatchObject({ param: 'limit' })
  })

  it('of codes find one by its text whatever the case, and by its coupon', async () => {
    const byText = await shop.stripe.promotionCodes.list({ code: 'ahmet5' })
    expect(byText.data.map((each) => each.id)).toEqual([goods.code.id])
    expect((await shop.stripe.promotionCodes.list({ coupon: 'aff_ahmet', active: false })).data).toEqual([])
  })

  it('of events filter by types and time', async () => {
    const { data } = await shop.stripe.events.list({ types: ['coupon.created', 'promotion_code.created'] })
    expect(data.map((event) => event.type)).toEqual(['promotion_code.created', 'coupon.created'])
    expect((await shop.stripe.events.list({ created: { lt: 1000 } })).data).toEqual([])
    const since = await shop.stripe.events.list({ created: { gte: data[1]?.created ?? 0 }, limit: 100 })
    expect(since.data.map((event) => event.id)).toContain(data[1]?.id)
    expect(await shop.stripe.events.retrieve(data[0]?.id ?? '')).toMatchObject({
      api_version: '2026-10-28.endive',
    })
  })
})

describe('expansion', () => {
  it('goes four levels deep, also in lists, and no further', async () => {
    const customer = await shop.stripe.customers.create({ payment_method: 'pm_card_visa' })
    const { data } = await shop.stripe.customers.listPaymentMethods(customer.id)
    await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: goods.monthly.id }],
      default_payment_method: data[0]?.id ?? '',
      discounts: [{ promotion_code: goods.code.id }],
    })
    const list = await shop.stripe.invoices.list({
      customer: customer.id,
      expand: [
        'data.discounts.promotion_code.promotion',
        'data.customer',
        'data.payments.data.payment',
      ].slice(0, 2),
    })
    expect(list.data[0]).toMatchObject({
      customer: { id: customer.id },
      discounts: [{ promotion_code: { id: goods.code.id, promotion: { coupon: 'aff_ahmet' } } }],
    })
    const tooDeep = shop.stripe.invoices.list({ expand: ['data.discounts.promotion_code.promotion.coupon'] })
    expect((await faultOf(tooDeep)).message).toContain('more than 4 levels')
    expect((await faultOf(shop.stripe.products.list({ expand: ['data.name'] }))).message).toContain(
      'cannot be expanded',
    )
  })
})

describe('metadata', () => {
  it('is merged, and an empty value takes its key away', async () => {
    const { id } = await shop.stripe.customers.create({ metadata: { a: '1', b: '2' } })
    await shop.stripe.customers.update(id, { metadata: { b: '', c: '3' } })
    expect(await shop.stripe.customers.retrieve(id)).toMatchObject({ metadata: { a: '1', c: '3' } })
    expect((await shop.stripe.customers.update(id, { metadata: '' })).metadata).toEqual({})
  })
})

describe('promotion codes', () => {
  const promotion = { type: 'coupon' as const, coupon: 'aff_ahmet' }

  it('are unique among the active whatever the case, and free again when switched off', async () => {
    const mine = await shop.stripe.promotionCodes.create({ promotion, code: 'SPRING' })
    expect(await faultOf(shop.stripe.promotionCodes.create({ promotion, code: 'spring' }))).toMatchObject({
      param: 'code',
    })
    await shop.stripe.promotionCodes.update(mine.id, { active: false })
    const next = await shop.stripe.promotionCodes.create({ promotion, code: 'spring' })
    expect(await faultOf(shop.stripe.promotionCodes.update(mine.id, { active: true }))).toMatchObject({
      statusCode: 400,
    })
    expect(next.active).toBe(true)
  })

  it('take letters, digits and dashes alone', async () => {
    for (const code of ['with space', 'ÇİĞ5', 'a_b', 'x'.repeat(501)]) {
      expect(await faultOf(shop.stripe.promotionCodes.create({ promotion, code }))).toMatchObject({
        param: 'code',
      })
    }
  })

  it('for first purchases refuse a customer who has bought, and limited ones run out', async () => {
    const customer = await shop.stripe.customers.create({ payment_method: 'pm_card_visa' })
    const { data } = await shop.stripe.customers.listPaymentMethods(customer.id)
    const buy = (code: string) =>
      shop.stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: goods.monthly.id }],
        default_payment_method: data[0]?.id ?? '',
        discounts: [{ promotion_code: code }],
      })
    const limited = await shop.stripe.promotionCodes.create({
      promotion,
      code: 'ONLYONE',
      max_redemptions: 1,
    })
    const first = await shop.stripe.promotionCodes.create({
      promotion,
      code: 'FIRST',
      restrictions: { first_time_transaction: true },
    })
    await buy(limited.id)
    expect(await shop.stripe.promotionCodes.retrieve(limited.id)).toMatchObject({
      active: false,
      times_redeemed: 1,
    })
    expect((await faultOf(buy(first.id))).message).toContain('prior transactions')
    expect(await faultOf(buy(limited.id))).toMatchObject({ statusCode: 400 })
  })
})

describe('ids', () => {
  it('are the same for the same seed and the same requests, whatever was read in between', async () => {
    const run = async (reads: number) => {
      const { sandbox, stripe } = await openShop({ seed: 'seven' })
      for (let i = 0; i < reads; i++) await stripe.products.list()
      const ids = [(await stripe.products.create({ name: 'P' })).id, (await stripe.customers.create({})).id]
      await sandbox.close()
      return ids
    }
    expect(await run(3)).toEqual(await run(0))
  })

  it('are reached without a socket too', async () => {
    const stripe = new Stripe('sk_test_x', { httpClient: Stripe.createFetchHttpClient(shop.sandbox.fetch) })
    expect((await stripe.products.list()).data).toHaveLength(1)
    expect(await faultOf(stripe.invoices.retrieve('in_x'))).toMatchObject({ statusCode: 404 })
  })
})

describe('a deleted customer', () => {
  it('answers that it is deleted, and its subscriptions end', async () => {
    const customer = await shop.stripe.customers.create({})
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: goods.monthly.id }],
      default_payment_method: 'pm_card_visa',
    })
    await shop.stripe.customers.del(customer.id)
    expect(await shop.stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true })
    const ended = await shop.stripe.subscriptions.retrieve(subscription.id, { expand: ['customer'] })
    expect(ended).toMatchObject({ status: 'canceled', customer: { deleted: true } })
  })
})

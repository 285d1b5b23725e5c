import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { control, faultOf, openShop, typesOf, type Shop } from './stripe-sandbox-client'
import { fund, payee, recipient, send, sent } from './stripe-sandbox-payees'

const day = 86_400
let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.sandbox.close())

describe('the balance', () => {
  it('is worked out anew from a journal that has only what moved it', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-balance-'))
    const first = await openShop({ dataDir })
    await fund(first, 5000)
    await send(first.stripe, await payee(first), 'p1')
    await first.sandbox.close()
    const journal = join(dataDir, 'journal.jsonl')
    const lines = readFileSync(journal, 'utf8').replaceAll(/\{"object":"sandbox\.balance".*?\}\},?/g, '')
    writeFileSync(journal, lines.replaceAll(',]', ']'))
    const again = await openShop({ dataDir })
    expect((await again.stripe.balance.retrieve()).available[0]?.amount).toBe(4000)
    await again.sandbox.close()
    rmSync(dataDir, { recursive: true })
  })
})

describe('a transfer', () => {
  it('moves money out of the balance and can be found by its group, its account and its time', async () => {
    const { stripe, sandbox } = shop
    const destination = await payee(shop)
    await fund(shop, 5000)
    const first = await send(shop.stripe, destination, 'p1', 3000)
    expect(first).toMatchObject({ amount: 3000, destination, transfer_group: 'run_1', reversed: false })
    expect((await stripe.balance.retrieve()).available).toEqual([
      { amount: 2000, currency: 'usd', source_types: { card: 2000 } },
    ])
    expect((await stripe.transfers.list({ transfer_group: 'run_1' })).data).toEqual([first])
    expect((await stripe.transfers.list({ destination, created: { gte: first.created } })).data).toEqual([
      first,
    ])
    expect((await stripe.transfers.list({ created: { gt: first.created } })).data).toEqual([])
    expect((await stripe.transfers.list({ transfer_group: 'run_2' })).data).toEqual([])
    expect(await stripe.transfers.retrieve(first.id)).toEqual(first)
    const booked = await stripe.balanceTransactions.retrieve(String(first.balance_transaction))
    expect(booked).toMatchObject({ amount: -3000, fee: 0, type: 'transfer', source: first.id })
    expect(typesOf(sandbox).at(-1)).toBe('transfer.created')
  })

  it('is refused with Stripe’s error when the balance does not reach, and leaves nothing', async () => {
    const destination = await payee(shop)
    await fund(shop, 999)
    expect(await faultOf(send(shop.stripe, destination, 'p1'))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      code: 'balance_insufficient',
    })
    expect(sent(shop)).toBe(0)
  })

  it('does not draw on another currency, nor on money that is not available yet', async () => {
    const { stripe, sandbox } = shop
    const destination = await payee(shop)
    await fund(shop, 5000, 'eur')
    await stripe.paymentIntents.create({
      amount: 5000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    const { pending } = await stripe.balance.retrieve()
    expect(pending.find((it) => it.currency === 'usd')?.amount).toBe(5000 - 175)
    expect(await faultOf(send(shop.stripe, destination, 'p1'))).toMatchObject({
      code: 'balance_insufficient',
    })
    sandbox.advance(3 * day)
    await send(shop.stripe, destination, 'p2')
    expect((await stripe.balance.retrieve()).available.find((it) => it.currency === 'usd')?.amount).toBe(3825)
  })

  it('is refused to an account without the capability, a closed one and an unknown one', async () => {
    const { stripe } = shop
    await fund(shop, 5000)
    const { id } = await stripe.v2.core.accounts.create(recipient)
    expect(await faultOf(send(shop.stripe, id, 'p1'))).toMatchObject({
      statusCode: 400,
      code: 'insufficient_capabilities_for_transfer',
    })
    await control(stripe, `accounts/${id}/onboard`)
    await control(stripe, `accounts/${id}/capability`, { to: 'restricted' })
    expect(await faultOf(send(shop.stripe, id, 'p2'))).toMatchObject({
      code: 'insufficient_capabilities_for_transfer',
    })
    await stripe.v2.core.accounts.close(id, { applied_configurations: ['recipient'] })
    expect(await faultOf(send(shop.stripe, id, 'p3'))).toMatchObject({
      code: 'resource_missing',
      param: 'destination',
    })
    expect(await faultOf(send(shop.stripe, 'acct_x', 'p4'))).toMatchObject({ code: 'resource_missing' })
  })

  it('is reversed in parts, never by more than it was, and the money is back', async () => {
    const { stripe, sandbox } = shop
    const destination = await payee(shop)
    await fund(shop, 1000)
    const { id } = await send(shop.stripe, destination, 'p1')
    await stripe.transfers.createReversal(id, { amount: 400, metadata: { why: 'wrong' } })
    expect(await stripe.transfers.retrieve(id)).toMatchObject({ amount_reversed: 400, reversed: false })
    expect(await faultOf(stripe.transfers.createReversal(id, { amount: 601 }))).toMatchObject({
      statusCode: 400,
      param: 'amount',
    })
    await stripe.transfers.createReversal(id)
    expect(await stripe.transfers.retrieve(id)).toMatchObject({
      amount_reversed: 1000,
      reversed: true,
      reversals: { data: [{ amount: 600 }, { amount: 400 }] },
    })
    expect((await stripe.transfers.listReversals(id)).data.map((it) => it.amount)).toEqual([600, 400])
    expect((await stripe.balance.retrieve()).available[0]?.amount).toBe(1000)
    expect(typesOf(sandbox).slice(-2)).toEqual(['transfer.reversed', 'transfer.reversed'])
    expect(sandbox.events().at(-1)?.data.object).toMatchObject({ id, object: 'transfer' })
  })

  it('stands in the balance’s transactions with what moved it, beside top-ups and reversals', async () => {
    const { stripe } = shop
    const destination = await payee(shop)
    const topup = await stripe.topups.create({ amount: 5000, currency: 'usd' })
    const transfer = await send(stripe, destination, 'p1')
    const reversal = await stripe.transfers.createReversal(transfer.id, { amount: 300 })
    const { data } = await stripe.balanceTransactions.list({ expand: ['data.source'] })
    expect(data.map(({ type, amount, source }) => [type, amount, source])).toEqual([
      ['transfer_refund', 300, reversal],
      ['transfer', -1000, await stripe.transfers.retrieve(transfer.id)],
      ['topup', 5000, topup],
    ])
  })

  it('takes other metadata later', async () => {
    const destination = await payee(shop)
    await fund(shop, 1000)
    const { id } = await send(shop.stripe, destination, 'p1')
    await shop.stripe.transfers.update(id, { metadata: { statement: 's1' } })
    expect((await shop.stripe.transfers.retrieve(id)).metadata).toEqual({ payout: 'p1', statement: 's1' })
    expect(typesOf(shop.sandbox).at(-1)).toBe('transfer.updated')
  })
})

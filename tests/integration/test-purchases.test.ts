import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { database } from '@/db'
import type { Actor } from '@/lib/actor'
import { listCommissionDetails } from '@/lib/commissions/queries'
import { findTestCodes, makeTestPurchase, type TestWay } from '@/lib/demo/test-purchase'
import { drain } from '@/lib/intake/drain'
import { clientOf, openStage, type Stage } from './demo-stage'

const player: Actor = { kind: 'system', job: 'test' }
let stage: Stage

beforeAll(async () => {
  stage = await openStage()
  await stage.tell()
  await stage.listen()
})
afterAll(() => stage.close())

async function whose(way: TestWay) {
  const paymentId = await makeTestPurchase(way)
  const stripe = clientOf(stage.sandbox)
  await stripe.rawRequest('POST', '/v1/test_helpers/sandbox/webhooks/flush', { timeout_ms: 20_000 })
  await drain(database(), stripe, 20_000)
  const [commission] = await listCommissionDetails(player, { paymentId })
  return { name: commission?.affiliateName, by: commission?.matchedBy, paid: commission?.paymentMinor }
}

describe('a purchase as the page for developers shows it', () => {
  it('is tried with codes of two affiliates', async () => {
    expect(await findTestCodes()).toEqual({ code: 'AHMET5', other: 'SOFIA5' })
  })

  it.each([
    ['typed', { name: 'Ahmet Yılmaz', by: 'promotion_code', paid: 2755n }],
    ['prefilled', { name: 'Ahmet Yılmaz', by: 'promotion_code', paid: 2755n }],
    ['link', { name: 'Ahmet Yılmaz', by: 'code_text', paid: 2900n }],
    // By Ahmet's link and with Sofia's code: the code counts.
    ['both', { name: 'Sofia Lindholm', by: 'promotion_code', paid: 2755n }],
  ] as const)('with the code %s becomes the right affiliate’s customer', async (way, expected) => {
    expect(await whose(way)).toEqual(expected)
  })
})

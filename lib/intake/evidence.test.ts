import { describe, expect, it } from 'vitest'
import { evidenceOf, type Known } from './evidence'
import { factKinds } from './facts'

const nothingKnown: Known = { discount: () => null, promotionCode: () => null, coupon: () => null }

const session = (change: object = {}) => ({
  id: 'cs_1',
  mode: 'subscription',
  status: 'complete',
  payment_status: 'paid',
  customer: 'cus_1',
  created: 1_000,
  amount_total: 2900,
  currency: 'usd',
  ...change,
})

/** The event is made two seconds after the charge, the charge half a minute after the session. */
function signsOf(object: object) {
  const [fact] = factKinds.checkout_session.observe(object, {
    observedAt: new Date(1_032_000),
    eventId: 'evt_1',
  })
  if (fact?.kind !== 'checkout_session') throw new Error('no session')
  // `observe` of a kind gives that kind's body first.
  return evidenceOf({ ...fact, paymentId: null } as Parameters<typeof evidenceOf>[0], nothingKnown)
}

describe('a link without a code', () => {
  it('counts from the session’s creation, so that the payment that follows earns', () => {
    expect(signsOf(session({ client_reference_id: 'aff_ahmet' }))).toEqual([
      expect.objectContaining({
        kind: 'metadata',
        at: 1_000,
        namedAffiliateId: 'aff_ahmet',
        subjectId: 'cus_1',
      }),
    ])
    expect(signsOf(session({ metadata: { affiliate_code: 'AHMET5' } }))).toEqual([
      expect.objectContaining({ kind: 'metadata', at: 1_000, codeText: 'AHMET5' }),
    ])
  })

  it('proves nothing where nobody bought', () => {
    expect(signsOf(session({ status: 'expired', client_reference_id: 'aff_ahmet' }))).toEqual([])
  })
})

describe('the metadata of a subscription on an invoice', () => {
  const invoice = (subscriptionId: string | null) =>
    evidenceOf(
      {
        kind: 'invoice',
        objectId: 'in_1',
        paymentId: null,
        observedAt: new Date(1_032_000),
        body: {
          customerId: 'cus_1',
          createdAt: 1_000,
          discountIds: [],
          subscriptionId,
          namedAffiliateId: null,
          namedCode: 'AHMET5',
        },
      } as unknown as Parameters<typeof evidenceOf>[0], // what evidence is read off
      nothingKnown,
    )

  it('is that subscription’s word, in a tie too', () => {
    expect(invoice('sub_1')).toMatchObject([{ at: 1_000, sourceId: 'sub_1', codeText: 'AHMET5' }])
  })

  it('is the invoice’s own where there is no subscription', () => {
    expect(invoice(null)).toMatchObject([{ at: 1_000, sourceId: 'in_1' }])
  })
})

import { describe, expect, it } from 'vitest'
import { sightingOf, sightingsOfMovement } from './sightings'

const sight = { observedAt: new Date('2026-01-31T10:00:00Z'), eventId: null }
const moved = { id: 'txn_1', amount: -1500, fee: 0, currency: 'usd', created: 1_769_853_600 }
const charge = {
  id: 'ch_1',
  object: 'charge',
  payment_intent: 'pi_1',
  customer: 'cus_1',
  amount: 1500,
  currency: 'usd',
  status: 'succeeded',
  created: 1_769_853_600,
  balance_transaction: 'txn_1',
}

describe('a cent that moved', () => {
  it('of a charge is the fee of its payment, and shows the charge', () => {
    const seen = sightingsOfMovement({ ...moved, type: 'charge', source: charge } as { id: string }, sight)
    expect(seen.map(({ kind, objectId }) => `${kind} ${objectId}`)).toEqual([
      'balance_transaction txn_1',
      'charge ch_1',
    ])
    expect(seen[0]?.facts).toMatchObject([{ paymentId: 'pi_1' }])
  })

  it('to the bank or for Stripe itself is no payment’s, and right', () => {
    for (const [type, source] of [
      ['payout', { id: 'po_1', object: 'payout' }],
      ['stripe_fee', null],
    ] as const) {
      expect(sightingsOfMovement({ ...moved, type, source } as { id: string }, sight)).toEqual([
        { kind: 'balance_transaction', objectId: 'txn_1', facts: [], problem: null },
      ])
    }
  })

  it('as an adjustment that names nothing is unexplained', () => {
    const [seen] = sightingsOfMovement(
      { ...moved, type: 'adjustment', source: null } as { id: string },
      sight,
    )
    expect(seen?.problem).toBe('-$15.00 moved as an adjustment, and Stripe names nothing that moved it.')
  })
})

it('an object of another shape says what is wrong with it', () => {
  expect(sightingOf('refund', { id: 're_1' }, sight).problem).toMatch(
    /^It is not of Stripe's shape: amount: /,
  )
})

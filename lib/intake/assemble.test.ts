import { describe, expect, it } from 'vitest'
import { assemblePayment } from './assemble'
import type { Bodies, Kind } from './facts'
import { Sights, type Observation } from './facts/merge'

const paidAt = 1_700_000_000

function seen<K extends Kind>(kind: K, objectId: string, body: Bodies[K]): Observation<K> {
  const links = { invoiceId: null, paymentId: 'pi_1', subscriptionId: null, customerId: null }
  return { kind, objectId, ...links, observedAt: new Date(paidAt * 1000), digest: objectId, body }
}

/** €100, settled as $108.01; a dispute has withdrawn $54.10 when the rate was another. */
function disputed(dispute: { amount: number; currency: string }) {
  const payment = assemblePayment(
    'pi_1',
    new Sights([
      seen('charge', 'ch_1', {
        customerId: null,
        amount: 10_000,
        currency: 'eur',
        status: 'succeeded',
        createdAt: paidAt,
        balanceTransactionId: 'txn_1',
        cardFingerprint: null,
        maskedEmail: null,
      }),
      seen('balance_transaction', 'txn_1', {
        amount: 10_801,
        fee: 300,
        currency: 'usd',
        sourceId: 'ch_1',
        type: 'charge',
        createdAt: paidAt,
      }),
      seen('dispute', 'dp_1', {
        ...dispute,
        status: 'needs_response',
        createdAt: paidAt,
        movements: [{ id: 'txn_2', amount: -5410, currency: 'usd', createdAt: paidAt }],
      }),
    ]),
  )
  return payment?.reversals.map(({ amountMinor }) => amountMinor)
}

describe('a dispute', () => {
  it('in the currency of its payment counts as it says, whatever it was settled in', () => {
    expect(disputed({ amount: 5000, currency: 'eur' })).toEqual([5000n])
  })

  it('in another currency counts by what was withdrawn of what was settled', () => {
    expect(disputed({ amount: 4300, currency: 'gbp' })).toEqual([5009n])
  })
})

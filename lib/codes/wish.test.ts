import { describe, expect, it } from 'vitest'
import { readWish, type WishField, type WishText } from './wish'

const now = new Date('2026-01-31T12:00:00Z')

describe('what a code is to give', () => {
  it.each<[string, WishText, object]>([
    [
      'is a percentage, for ever and for all, where nothing else is said',
      { percentOff: '12.5' },
      {
        discount: { kind: 'percent', percentOffBps: 1250 },
        duration: 'forever',
        durationInMonths: null,
        maxRedemptions: null,
        expiresAt: null,
        firstTimeOnly: false,
      },
    ],
    ['may be written with its sign', { percentOff: '5 %' }, { discount: { percentOffBps: 500 } }],
    [
      'is an amount in whole units of its currency',
      { amountOff: '7.50', currency: 'EUR', duration: 'Once' },
      { discount: { kind: 'amount', amountOffMinor: 750n, currency: 'eur' }, duration: 'once' },
    ],
    ['knows yen', { amountOff: '500', currency: 'jpy' }, { discount: { amountOffMinor: 500n } }],
    ['lasts some months', { percentOff: '5', duration: 'repeating', months: '3' }, { durationInMonths: 3 }],
    [
      'can be redeemed until the end of its last day',
      { percentOff: '5', expiresOn: '2026-01-31', firstTimeOnly: 'yes' },
      { expiresAt: new Date('2026-02-01T00:00:00Z'), firstTimeOnly: true },
    ],
  ])('%s', (_, text, wish) => {
    expect(readWish(text, now)).toMatchObject({ wish })
  })

  it.each<[string, WishText, WishField]>([
    ['nothing', {}, 'percentOff'],
    ['more than everything', { percentOff: '100.01' }, 'percentOff'],
    ['a percentage of three decimals', { percentOff: '5.125' }, 'percentOff'],
    ['both kinds', { percentOff: '5', amountOff: '5', currency: 'eur' }, 'percentOff'],
    ['an amount without a currency', { amountOff: '5' }, 'currency'],
    ['yen with decimals', { amountOff: '5.5', currency: 'jpy' }, 'amountOff'],
    ['more digits than Stripe takes', { amountOff: '1000000', currency: 'usd' }, 'amountOff'],
    ['some months without a number', { percentOff: '5', duration: 'repeating' }, 'months'],
    ['months where it lasts for ever', { percentOff: '5', months: '3' }, 'months'],
    ['a duration that nobody knows', { percentOff: '5', duration: 'always' }, 'duration'],
    ['a cap of nothing', { percentOff: '5', maxRedemptions: '0' }, 'maxRedemptions'],
    ['a last day that has passed', { percentOff: '5', expiresOn: '2026-01-30' }, 'expiresOn'],
    ['a last day that is none', { percentOff: '5', expiresOn: '2026-02-30' }, 'expiresOn'],
    ['a word that is neither yes nor no', { percentOff: '5', firstTimeOnly: 'maybe' }, 'firstTimeOnly'],
  ])('is not %s', (_, text, field) => {
    const read = readWish(text, now)
    expect('problems' in read ? Object.keys(read.problems) : []).toEqual([field])
  })
})

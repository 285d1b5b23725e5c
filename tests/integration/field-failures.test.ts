import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inProject } from '@/lib/cli/process/project'

/** How others were found to lose or double money, and the tests that hold it here: file, then how the names of its tests begin. */
const failures: Record<string, [file: string, ...tests: string[]][]> = {
  '1: a "seen" key is set before the work, the work fails, and the retry is told it was done': [
    ['integration/pipeline-field', 'is worked on again, not told to be done'],
    ['faults/pipeline-killed', 'at any moment, again and again, leaves books that another completes'],
  ],
  '2: the same event twice, or two events about one invoice, make two commissions': [
    ['integration/pipeline', 'twice, ten times, backwards: one effect'],
    ['integration/pipeline-field', 'told by two events of their own, and by either of two types'],
    ['properties/orders/orders', 'a life of seven events comes to the same books in whatever order'],
  ],
  '3: a refund voids all, is skipped, counted twice, still counts when it failed, or is dropped': [
    [
      'integration/pipeline-field',
      'in part takes its part only, and two of them what they say, each once',
      'that comes before its invoice is not dropped',
      'that failed later no longer counts, whichever of its events comes last',
      'and a dispute of one payment together take no more than it earned',
    ],
    ['faults/payouts-meanwhile', 'a refund leaves it as it was approved, and is owed in the next'],
  ],
  '4: disputes of customers’ payments are not handled at all': [
    ['integration/pipeline-ties', 'a dispute that was lost and then won does not count'],
    ['integration/reconcile-kinds', 'an open dispute that was won gives back what it took'],
    ['properties/orders/orders', 'a life of seven events comes to the same books in whatever order'],
  ],
  '5: only the first discount is read; a code on a subscription, a line, or added later is missed': [
    [
      'integration/pipeline-field-codes',
      'that is the second of two discounts counts',
      'on an item of a subscription made by API, and on a line of an invoice made by hand, counts',
      'that a customer types months after they came earns from then on',
    ],
    ['integration/pipeline-marked-coupons', 'attributes by a line of an invoice', 'attributes by an item of'],
  ],
  '6: a code that is deactivated loses its mapping': [
    ['integration/pipeline-field-codes', 'that was paused, and whose coupon is gone, keeps its customers'],
  ],
  '7: “lifetime” ends with a window; a customer by coupon alone is acknowledged and lost': [
    [
      'integration/pipeline-field-codes',
      'earns for life: years after',
      'of which only the coupon is known, by its id or its metadata, finds its affiliate',
    ],
    ['integration/unmatched', 'is listed with what is needed to decide'],
  ],
  '8: tax is in the base; a hundredth for every currency; a missing rate drops the currency; floats': [
    [
      'integration/pipeline-field-amounts',
      'has no tax in its base, whether tax is added or included',
      'in yen is whole yen, in euros euros, in dinars thousandths',
      'settled in another currency than it was paid in earns in the one it was settled in',
    ],
  ],
  '9: charge.invoice, long gone, is how refunds find their invoice': [
    [
      'integration/pipeline-field-amounts',
      'a charge does not name its invoice, and a refund finds it all the same',
    ],
  ],
  '10: one-off payments without an invoice are not deduped; asynchronous ones are lost': [
    [
      'integration/pipeline-field',
      'told twice and by several events is one commission, of a customer or a guest',
      'with an invoice of its own is one commission, not one for each',
      'by a slow method earns when the money comes, not when the page is closed',
    ],
  ],
  '11: a refund edits a payout on its way; two administrators pay the same balance': [
    ['integration/payouts-taken-out', 'cannot be changed, not even by hand'],
    ['faults/payouts-at-once', '${people} administrators at once draft, approve and send the same'],
  ],
  '12: anyone registers as administrator; an unsigned endpoint mints commissions': [
    [
      'integration/pipeline-webhook',
      'that is missing, of another secret, of another body, old or no signature at all is refused',
      'by an empty secret does not open the endpoint where no secret is set',
    ],
    ['integration/auth-links', 'leaves no trace of an address that nobody knows'],
  ],
  '13: the webhook shows 200, but there are no conversions': [
    [
      'integration/pipeline',
      'with fields missing are quarantined with the reason',
      'without a code earns nothing',
    ],
    ['integration/figures', 'is narrowed by outcome, and by having none yet'],
  ],
}

describe('how others lose or double money is tried here:', () => {
  it.each(Object.entries(failures))('%s', (_, tests) => {
    for (const [file, ...names] of tests) {
      const text = readFileSync(inProject(`tests/${file}.test.ts`), 'utf8')
      const missing = names.filter((name) => !text.includes(`'${name}`) && !text.includes(`\`${name}`))
      expect(missing, file).toEqual([])
    }
  })
})

'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireActingAdministrator } from '@/lib/auth'
import { TributaryError } from '@/lib/errors'
import { parseDecimal } from '@/lib/money'
import { setOffDebt, writeOffDebt } from '@/lib/payouts/settle-debts'

const currency = z.string().regex(/^[a-z]{3}$/, 'A currency is wanted.')
const debt = z.object({
  affiliateId: z.string().regex(/^aff_\w{1,40}$/),
  currency,
  /** As it was seen, in minor units. */
  seen: z.string().regex(/^\d{1,18}$/),
  amount: z.string().trim().max(24),
  reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
})

function amountsOf({ amount, currency: code, seen }: z.output<typeof debt>) {
  const amountMinor = parseDecimal(amount, code)
  if (amountMinor === null)
    throw new TributaryError('invalid', 'An amount is wanted, such as 12.50.', 'amount')
  return { amountMinor, seenMinor: BigInt(seen) }
}

export const writeOff = formAction({
  schema: debt,
  who: () => requireActingAdministrator('finance', 'admin'),
  perform: async (who, input) => {
    await writeOffDebt(who, { ...input, ...amountsOf(input) })
    return null
  },
  next: () => '/admin/payouts/debts',
})

export const setOff = formAction({
  schema: debt.extend({ fromCurrency: currency, rate: z.string().trim().max(24) }),
  who: () => requireActingAdministrator('finance', 'admin'),
  perform: async (who, input) => {
    await setOffDebt(who, { ...input, ...amountsOf(input) })
    return null
  },
  next: () => '/admin/payouts/debts',
})

import { z } from 'zod'
import type { Commission } from '@/lib/settlement/facts'

const minor = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt)
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)

/** What `settlements.calculation` holds: the arithmetic of a settlement as it is shown. Amounts are minor units, as strings. */
export const calculationSchema = z.object({
  steps: z.array(z.object({ label: z.string(), formula: z.string(), value: z.string() })),
  instalments: z.array(
    z.object({
      k: z.number().int(),
      serviceMonthOn: day.nullable(),
      earnedOn: day,
      payableOn: day,
      amountMinor: minor,
      remainingMinor: minor,
    }),
  ),
  reversals: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['refund', 'dispute', 'credit_note', 'manual']),
      on: day,
      amountMinor: minor,
      countedMinor: minor,
      commissionMinor: minor,
    }),
  ),
})

export type Calculation = z.output<typeof calculationSchema>

/** As it is stored. */
export function calculationOf(commission: Commission): z.input<typeof calculationSchema> {
  return {
    steps: commission.steps,
    instalments: commission.instalments.map((instalment) => ({
      ...instalment,
      amountMinor: String(instalment.amountMinor),
      remainingMinor: String(instalment.remainingMinor),
    })),
    reversals: commission.reversals.map((reversal) => ({
      ...reversal,
      amountMinor: String(reversal.amountMinor),
      countedMinor: String(reversal.countedMinor),
      commissionMinor: String(reversal.commissionMinor),
    })),
  }
}

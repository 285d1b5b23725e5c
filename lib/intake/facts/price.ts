import { z } from 'zod'
import type { FactKind } from './fact'
import { positive } from './shapes'

/** A decimal number of minor units: text in a payload, an object of the SDK's when it was read. */
export const decimalText = z
  .unknown()
  .transform((value) => (value === null || value === undefined ? null : String(value)))
  .pipe(
    z
      .string()
      .regex(/^\d{1,15}(\.\d{1,12})?$/, 'is no decimal number')
      .nullable(),
  )

const price = z.object({
  id: z.string(),
  tiers_mode: z.enum(['graduated', 'volume']).nullish(),
  tiers: z
    .array(
      z.object({
        up_to: positive.nullish(),
        unit_amount_decimal: decimalText,
        flat_amount_decimal: decimalText,
      }),
    )
    .nullish(),
})

/** What a tiered price costs: Stripe shows it to those who ask, and never changes it. */
export interface PriceBody {
  tiersMode: 'graduated' | 'volume' | null
  /** `upTo` null: all that is above; decimals of minor units. */
  tiers: { upTo: number | null; unitAmount: string | null; flatAmount: string | null }[]
}

export const priceFact: FactKind<'price'> = {
  kind: 'price',
  observe(object, sight) {
    const seen = price.parse(object)
    const body: PriceBody = {
      tiersMode: seen.tiers_mode ?? null,
      tiers: (seen.tiers ?? []).map((tier) => ({
        upTo: tier.up_to ?? null,
        unitAmount: tier.unit_amount_decimal,
        flatAmount: tier.flat_amount_decimal,
      })),
    }
    return [{ ...sight, kind: 'price', objectId: seen.id, body }]
  },
}

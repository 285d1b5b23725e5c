import { z } from 'zod'
import { isCurrency } from '@/lib/money'

/** A reference that Stripe gives as an id, as the object itself where it was expanded, or not at all. */
export const reference = z
  .union([z.string().min(1), z.looseObject({ id: z.string().min(1) })])
  .nullish()
  .transform((value) => (typeof value === 'string' ? value : (value?.id ?? null)))

/** Whole minor units within 2^53: anything else is no amount of Stripe's. */
export const amount = z.int()
export const positive = z.int().nonnegative()
export const currency = z
  .string()
  .regex(/^[a-z]{3}$/, 'is no currency code')
  .refine(isCurrency, 'is no currency that there is')
/** Epoch seconds, between 1970 and 2200. */
export const seconds = z.int().min(0).max(7_258_118_400)
export const metadata = z.record(z.string(), z.string()).nullish()

/** The keys of metadata that name an affiliate, where there are any. */
export function namedBy(values: z.output<typeof metadata>): {
  affiliateId: string | null
  code: string | null
} {
  return {
    affiliateId: values?.affiliate_id?.slice(0, 200) ?? null,
    code: values?.affiliate_code?.slice(0, 200) ?? null,
  }
}

/** j•••@g•••.com: enough to recognise, too little to write to. */
export function maskEmail(email: string | null | undefined): string | null {
  const [, local, host] = /^(.+)@(.+)$/.exec(email ?? '') ?? []
  if (local === undefined || host === undefined) return null
  const ending = host.includes('.') ? host.slice(host.lastIndexOf('.')) : ''
  return `${local.slice(0, 1)}•••@${host.slice(0, 1)}•••${ending}`
}

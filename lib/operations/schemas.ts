import { z } from 'zod'

const atLeast = (least: number, most: number, unit: string) =>
  z
    .string()
    .trim()
    .refine(
      (text) => text === '' || /^\d{1,9}$/.test(text),
      `A whole number of ${unit} is wanted, or nothing.`,
    )
    .transform((text) => (text === '' ? null : Number(text)))
    .refine(
      (value) => value === null || (value >= least && value <= most),
      `From ${least} to ${most} ${unit} can be given.`,
    )

const share = z
  .string()
  .trim()
  .refine(
    (text) => text === '' || /^\d{1,3}([.,]\d{1,2})?$/.test(text),
    'A share such as 99.95 is wanted, or nothing.',
  )
  .transform((text) => {
    if (text === '') return null
    const [whole = '0', part = ''] = text.split(/[.,]/)
    return Number(whole) * 100 + Number(part.padEnd(2, '0'))
  })
  .refine((bps) => bps === null || (bps >= 1 && bps <= 10_000), 'From 0.01 to 100 per cent can be given.')

/** The form: texts; an empty one is not watched. Comes out in the units of the books. */
export const operationSettingsSchema = z.object({
  version: z.coerce.number().int(),
  inboxAgeSeconds: atLeast(1, 86_400, 'seconds'),
  quarantined: atLeast(1, 1_000_000, 'events'),
  completenessBps: share,
  feeWaitHours: atLeast(1, 8_760, 'hours'),
  silenceHours: atLeast(1, 8_760, 'hours'),
  payloadMonths: atLeast(2, 1_200, 'months'),
})

export type OperationSettings = z.output<typeof operationSettingsSchema>

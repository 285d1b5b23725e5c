import { beforeBasil } from '@/lib/stripe-sandbox/versions/before-basil'
import type { World } from '@/lib/stripe-sandbox/machine/world'
import { isFields, withLines, without, type Fields } from '@/lib/stripe-sandbox/versions/fields'

interface Step {
  /** The version that brought what the step takes back. */
  version: string
  undo: (world: World, object: Fields) => Fields
}

/** From the newest to the oldest. https://docs.stripe.com/changelog */
const steps: Step[] = [
  { version: '2026-05-27', undo: (_, object) => without(object, 'amount_paid_off_stripe') },
  { version: '2026-03-25', undo: (_, object) => beforeDahlia(object) },
  { version: '2025-09-30', undo: beforeClover },
  { version: '2025-03-31', undo: beforeBasil },
  { version: '2024-09-30', undo: (_, object) => beforeAcacia(object) },
]

/** An object as an event of an older API version carries it; a version without a known difference leaves it as it is. */
export function inVersion(world: World, version: string, object: object): object {
  const day = version.slice(0, 10)
  return steps
    .filter((step) => day < step.version)
    .reduce((older, step) => step.undo(world, older), { ...object } as Fields) // any object has fields
}

function beforeDahlia(object: Fields): Fields {
  if (object['object'] !== 'invoice') return object
  return withLines(without(object, 'customer_account'), (line) =>
    without(line, 'quantity_decimal', 'subtotal'),
  )
}

/** Coupons were whole, and directly in what they belong to. */
function beforeClover(world: World, object: Fields): Fields {
  const [old, source] =
    object['object'] === 'discount'
      ? [without(object, 'source'), object['source']]
      : object['object'] === 'promotion_code'
        ? [without(object, 'promotion'), object['promotion']]
        : [object, null]
  if (!isFields(source)) return object
  const id = source['coupon']
  const coupon = typeof id === 'string' ? (world.store.find('coupon', id) ?? id) : (id ?? null)
  return { ...old, coupon }
}

function beforeAcacia(object: Fields): Fields {
  if (object['object'] !== 'invoice') return object
  const names = ['amount_overpaid', 'parent', 'total_pretax_credit_amounts', 'total_taxes']
  return withLines(without(object, ...names), (line) =>
    without(line, 'parent', 'pricing', 'pretax_credit_amounts', 'taxes'),
  )
}

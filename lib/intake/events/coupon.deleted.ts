import { factKinds } from '../facts'
import type { Handler } from '../handler'

/** The event carries the coupon as it was, without a word that it is gone. */
const handler: Handler = {
  kind: 'coupon',
  observe: (object, sight) =>
    factKinds.coupon.observe(
      typeof object === 'object' && object !== null ? { ...object, deleted: true } : object,
      sight,
    ),
}

export default handler

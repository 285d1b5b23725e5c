import { factKinds } from '../facts'
import type { Handler } from '../handler'

/** The event carries the customer as they were, without a word that they are gone. */
const handler: Handler = {
  kind: 'customer',
  observe: (object, sight) =>
    factKinds.customer.observe(
      typeof object === 'object' && object !== null ? { ...object, deleted: true } : object,
      sight,
    ),
}

export default handler

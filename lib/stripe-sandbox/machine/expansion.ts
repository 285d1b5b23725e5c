import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import type { Kind } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

type Fields = Record<string, unknown>
/** Parts that an object has only when they are asked for, by `object` and name. */
export type Includables = Record<string, Record<string, (world: World, id: string) => unknown>>

const maxDepth = 4

const kindOfField: Record<string, Kind> = {
  balance_transaction: 'balance_transaction',
  failure_balance_transaction: 'balance_transaction',
  charge: 'charge',
  latest_charge: 'charge',
  coupon: 'coupon',
  credit_note: 'credit_note',
  customer: 'customer',
  customer_balance_transaction: 'customer_balance_transaction',
  default_payment_method: 'payment_method',
  default_price: 'price',
  discount: 'discount',
  discounts: 'discount',
  invoice: 'invoice',
  latest_invoice: 'invoice',
  payment_intent: 'payment_intent',
  payment_method: 'payment_method',
  price: 'price',
  product: 'product',
  promotion_code: 'promotion_code',
  refund: 'refund',
  subscription: 'subscription',
  test_clock: 'test_helpers.test_clock',
  transfer: 'transfer',
}

const kindOfPrefix: Record<string, Kind> = {
  ch: 'charge',
  re: 'refund',
  dp: 'dispute',
  tr: 'transfer',
  trr: 'transfer_reversal',
  tu: 'topup',
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Puts whole objects in the places of ids, as `expand` asks. https://docs.stripe.com/api/expanding_objects */
export function expandAll(world: World, body: object, paths: string[], includables: Includables): object {
  let result: unknown = body
  for (const path of paths) {
    const names = path.split('.')
    if (names.length > maxDepth) {
      throw invalid(
        `You cannot expand more than ${maxDepth} levels of a property. Property: ${path}`,
        'expand',
      )
    }
    result = expand(result, names, { world, path, includables })
  }
  return result as object // expanding an object leaves an object
}

interface Where {
  world: World
  path: string
  includables: Includables
}

function expand(value: unknown, names: string[], where: Where): unknown {
  const [name, ...rest] = names
  if (name === undefined || value === null || value === undefined) return value
  if (Array.isArray(value)) return value.map((each) => expand(each, names, where))
  if (!isFields(value)) throw cannot(where.path)
  if (name === 'data' && value['object'] === 'list')
    return { ...value, data: expand(value['data'], rest, where) }
  if (value['deleted'] === true) return value
  const found = open(value, name, where)
  return { ...value, [name]: expand(found, rest, where) }
}

function open(parent: Fields, name: string, where: Where): unknown {
  const current = Object.hasOwn(parent, name) ? parent[name] : undefined
  const include = where.includables[String(parent['object'])]?.[name]
  if (current === undefined) {
    if (!include) throw cannot(where.path)
    return include(where.world, String(parent['id']))
  }
  if (current === null || isFields(current)) return current
  if (Array.isArray(current))
    return current.map((each) => (typeof each === 'string' ? lookUp(each, name, where) : each))
  if (typeof current !== 'string') throw cannot(where.path)
  return lookUp(current, name, where)
}

function lookUp(id: string, name: string, { world, path }: Where): unknown {
  const kind = name === 'source' ? kindOfPrefix[id.slice(0, id.indexOf('_'))] : kindOfField[name]
  if (!kind) throw cannot(path)
  const thing = world.store.find(kind, id)
  if (thing) return thing
  // A deleted coupon lives on in its discounts; a deleted customer answers that it is deleted.
  return world.store.find('sandbox.extra', id)?.fields['remains'] ?? id
}

const cannot = (path: string) => invalid(`This property cannot be expanded (${path}).`, 'expand')

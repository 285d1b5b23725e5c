import { missing } from '@/lib/stripe-sandbox/machine/faults'
import type { Journal } from '@/lib/stripe-sandbox/machine/journal'
import { Shelf, type KeyOf } from '@/lib/stripe-sandbox/machine/shelf'
import type { Kind, Kinds, Thing } from '@/lib/stripe-sandbox/machine/wire'

type Indexes = { [K in Kind]: Record<string, KeyOf<Kinds[K]>> }
type Shelves = { [K in Kind]: Shelf<Kinds[K]> }

const indexes: Indexes = {
  product: {},
  price: { product: (it) => it.product, lookup_key: (it) => it.lookup_key },
  coupon: {},
  promotion_code: {
    code: (it) => it.code.toLowerCase(),
    coupon: (it) => it.promotion.coupon,
    customer: (it) => it.customer,
  },
  discount: { subscription: (it) => it.subscription },
  customer: { email: (it) => it.email, test_clock: (it) => it.test_clock },
  payment_method: { customer: (it) => it.customer },
  'checkout.session': {
    customer: (it) => it.customer,
    subscription: (it) => it.subscription,
    payment_intent: (it) => it.payment_intent,
  },
  subscription: {
    customer: (it) => it.customer,
    test_clock: (it) => it.test_clock,
    price: (it) => it.items.data.map((item) => item.price.id),
  },
  invoice: {
    customer: (it) => it.customer,
    subscription: (it) => it.parent?.subscription_details?.subscription,
  },
  line_item: { invoice: (it) => it.invoice },
  invoiceitem: {
    customer: (it) => it.customer,
    invoice: (it) => it.invoice,
    pending: (it) => (it.invoice === null ? it.customer : null),
  },
  invoice_payment: {
    invoice: (it) => it.invoice,
    payment_intent: (it) => it.payment.payment_intent,
    payment_record: (it) => it.payment.payment_record,
  },
  payment_intent: { customer: (it) => it.customer },
  payment_record: {},
  charge: { customer: (it) => it.customer, payment_intent: (it) => it.payment_intent },
  balance_transaction: { source: (it) => it.source, type: (it) => it.type },
  refund: { charge: (it) => it.charge, payment_intent: (it) => it.payment_intent },
  dispute: { charge: (it) => it.charge, payment_intent: (it) => it.payment_intent },
  tax_rate: {},
  credit_note: { invoice: (it) => it.invoice, customer: (it) => it.customer },
  customer_balance_transaction: { customer: (it) => it.customer },
  'radar.early_fraud_warning': { charge: (it) => it.charge, payment_intent: (it) => it.payment_intent },
  topup: {},
  transfer: { transfer_group: (it) => it.transfer_group, destination: (it) => it.destination },
  transfer_reversal: { transfer: (it) => it.transfer },
  webhook_endpoint: {},
  'test_helpers.test_clock': {},
  event: { type: (it) => it.type },
  'billing.meter': { event_name: (it) => it.event_name },
  'sandbox.account': {},
  'sandbox.balance': {},
  'sandbox.session': {},
  'sandbox.task': {},
  'sandbox.delivery': { event: (it) => it.event, endpoint: (it) => it.endpoint },
  'sandbox.answer': {},
  'sandbox.extra': {},
  'sandbox.settings': {},
  'sandbox.usage': { of: (it) => it.of },
}

/**
 * All state. Things are never changed in place but replaced, so that an event can hold on to the thing as it was and a
 * request that fails can be undone. What changed since the last `commit` is one line of the journal: all of it or nothing.
 */
export class Store {
  readonly #shelves: Shelves
  readonly #journal: Journal | null
  readonly #touched = new Map<string, { kind: Kind; id: string; before: Thing | undefined }>()
  #order = 0

  constructor(journal: Journal | null) {
    this.#journal = journal
    const shelves: Partial<Record<Kind, unknown>> = {}
    for (const [kind, index] of Object.entries(indexes)) {
      // Object.entries forgets which kind goes with which index; `indexes` says that they belong together.
      shelves[kind as Kind] = new Shelf(index as Record<string, KeyOf<Thing>>)
    }
    // Every kind has just been given its shelf.
    this.#shelves = shelves as Shelves
  }

  find<K extends Kind>(kind: K, id: string | null | undefined): Kinds[K] | undefined {
    return id === null || id === undefined ? undefined : this.#shelves[kind].get(id)
  }

  /** Throws Stripe's 404 when it is not there. */
  need<K extends Kind>(kind: K, id: string, param?: string): Kinds[K] {
    const thing = this.find(kind, id)
    if (thing === undefined) throw missing(kind, id, param)
    return thing
  }

  put<K extends Kind>(kind: K, thing: Kinds[K]): Kinds[K] {
    this.#remember(kind, thing.id)
    this.#place(kind, thing)
    return thing
  }

  /** Replaces the given fields and answers the thing as it is now. */
  update<K extends Kind>(kind: K, id: string, change: Partial<Kinds[K]>): Kinds[K] {
    return this.put(kind, { ...this.need(kind, id), ...change })
  }

  delete(kind: Kind, id: string): void {
    this.#remember(kind, id)
    this.#shelves[kind].delete(id)
  }

  /** Oldest first. */
  each<K extends Kind>(kind: K, by?: { index: string; key: string }): Generator<Kinds[K]> {
    return this.#shelves[kind].each(by)
  }

  walk<K extends Kind>(
    kind: K,
    by: { index: string; key: string } | undefined,
    from: string | undefined,
    forwards: boolean,
  ): Generator<Kinds[K]> {
    return this.#shelves[kind].walk(by, from, forwards)
  }

  count(kind: Kind): number {
    return this.#shelves[kind].size
  }

  counts(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.#shelves).map(([kind, shelf]) => [kind, shelf.size]))
  }

  /** Takes a thing out of the journal as it stood. */
  restore(kind: Kind, thing: Thing): void {
    this.#place(kind, thing)
  }

  forget(kind: Kind, id: string): void {
    this.#shelves[kind].delete(id)
  }

  *everything(): Generator<Thing> {
    for (const shelf of Object.values(this.#shelves)) yield* shelf.each()
  }

  /** Makes what was done since the last time durable, as one line. */
  commit(idCount: number): void {
    if (this.#touched.size === 0) return
    if (this.#journal) {
      const puts: Thing[] = []
      const deletes: [Kind, string][] = []
      for (const { kind, id } of this.#touched.values()) {
        const thing = this.find(kind, id)
        if (thing) puts.push(thing)
        else deletes.push([kind, id])
      }
      this.#journal.append({ count: idCount, puts, deletes })
    }
    this.#touched.clear()
  }

  /** Undoes what was done since the last commit. */
  rollback(): void {
    for (const { kind, id, before } of this.#touched.values()) {
      if (before) this.#place(kind, before)
      else this.#shelves[kind].delete(id)
    }
    this.#touched.clear()
  }

  #remember(kind: Kind, id: string): void {
    const key = `${kind} ${id}`
    if (!this.#touched.has(key)) this.#touched.set(key, { kind, id, before: this.find(kind, id) })
  }

  #place(kind: Kind, thing: Thing): void {
    const created = 'created' in thing ? thing.created : 0
    // A thing's kind names its shelf: the compiler cannot follow the pair through the union.
    const shelf = this.#shelves[kind] as unknown as Shelf<Thing>
    shelf.put(thing, created, this.#order++)
  }
}

interface Entry<T> {
  thing: T
  readonly created: number
  readonly order: number
  keys: string[][]
}

/** What an index files a thing under: one key, several, or none. */
export type KeyOf<T> = (thing: T) => string | string[] | null | undefined

/** All things of one kind, in the order of their creation, found by id or by an index. */
export class Shelf<T extends { id: string }> {
  readonly #byId = new Map<string, Entry<T>>()
  readonly #all: Entry<T>[] = []
  readonly #indexes: { name: string; keyOf: KeyOf<T>; drawers: Map<string, Entry<T>[]> }[]

  constructor(indexes: Record<string, KeyOf<T>>) {
    this.#indexes = Object.entries(indexes).map(([name, keyOf]) => ({ name, keyOf, drawers: new Map() }))
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: string): T | undefined {
    return this.#byId.get(id)?.thing
  }

  put(thing: T, created: number, order: number): void {
    const known = this.#byId.get(thing.id)
    const keys = this.#indexes.map((index) => keysOf(index.keyOf(thing)))
    if (known) {
      known.thing = thing
      for (const [i, index] of this.#indexes.entries()) {
        const before = known.keys[i] ?? []
        const after = keys[i] ?? []
        if (before.length === after.length && before.every((key, n) => key === after[n])) continue
        for (const key of before) removeFrom(index.drawers.get(key) ?? [], known)
        for (const key of after) fileUnder(index.drawers, key, known)
      }
      known.keys = keys
      return
    }
    const entry: Entry<T> = { thing, created, order, keys }
    this.#byId.set(thing.id, entry)
    insertInto(this.#all, entry)
    for (const [i, index] of this.#indexes.entries()) {
      for (const key of keys[i] ?? []) fileUnder(index.drawers, key, entry)
    }
  }

  delete(id: string): void {
    const entry = this.#byId.get(id)
    if (!entry) return
    this.#byId.delete(id)
    removeFrom(this.#all, entry)
    for (const [i, index] of this.#indexes.entries()) {
      for (const key of entry.keys[i] ?? []) removeFrom(index.drawers.get(key) ?? [], entry)
    }
  }

  /** Everything, or all under one key of an index, oldest first. */
  *each(by?: { index: string; key: string }): Generator<T> {
    for (const entry of [...this.#drawer(by)]) yield entry.thing
  }

  /** Newest first, from just after `from` (or the newest on); `forwards` walks towards newer things instead. */
  *walk(
    by: { index: string; key: string } | undefined,
    from: string | undefined,
    forwards: boolean,
  ): Generator<T> {
    const drawer = this.#drawer(by)
    const step = forwards ? 1 : -1
    let position = forwards ? 0 : drawer.length - 1
    const start = from === undefined ? undefined : this.#byId.get(from)
    if (start) {
      const place = placeOf(drawer, start)
      const isThere = drawer[place] === start
      position = forwards ? place + (isThere ? 1 : 0) : place - 1
    }
    for (; position >= 0 && position < drawer.length; position += step) {
      const entry = drawer[position]
      if (entry) yield entry.thing
    }
  }

  #drawer(by: { index: string; key: string } | undefined): Entry<T>[] {
    if (!by) return this.#all
    const index = this.#indexes.find(({ name }) => name === by.index)
    if (!index) throw new Error(`There is no index ${by.index}`)
    return index.drawers.get(by.key) ?? []
  }
}

function keysOf(key: string | string[] | null | undefined): string[] {
  return key === null || key === undefined ? [] : typeof key === 'string' ? [key] : key
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.created === b.created ? a.order < b.order : a.created < b.created

function placeOf<T>(entries: Entry<T>[], entry: Entry<T>): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = entries[middle]
    if (other && isBefore(other, entry)) low = middle + 1
    else high = middle
  }
  return low
}

function insertInto<T>(entries: Entry<T>[], entry: Entry<T>): void {
  const last = entries.at(-1)
  if (!last || isBefore(last, entry)) entries.push(entry)
  else entries.splice(placeOf(entries, entry), 0, entry)
}

function removeFrom<T>(entries: Entry<T>[], entry: Entry<T>): void {
  const place = placeOf(entries, entry)
  if (entries[place] === entry) entries.splice(place, 1)
}

function fileUnder<T>(drawers: Map<string, Entry<T>[]>, key: string, entry: Entry<T>): void {
  const drawer = drawers.get(key)
  if (drawer) insertInto(drawer, entry)
  else drawers.set(key, [entry])
}

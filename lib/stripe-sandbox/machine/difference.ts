type Fields = Record<string, unknown>

const isPlain = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, i) => same(each, b[i]))
  if (!isPlain(a) || !isPlain(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => same(a[key], b[key]))
}

/** The former values of what changed, as `data.previous_attributes` has them; null when nothing did. */
export function previousAttributes(before: object, after: object): Fields | null {
  const [was, is] = [before as Fields, after as Fields] // any object can be read by key
  const changed: Fields = {}
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [a, b] = [was[key], is[key]]
    if (same(a, b)) continue
    changed[key] = isPlain(a) && isPlain(b) ? previousAttributes(a, b) : (a ?? null)
  }
  return Object.keys(changed).length === 0 ? null : changed
}

const format = new Intl.NumberFormat('en')

/** A whole number, its thousands apart. */
export function countText(count: number): string {
  return format.format(count)
}

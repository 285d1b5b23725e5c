export type Fields = Record<string, unknown>
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function without(object: Fields, ...names: string[]): Fields {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

/** Changes the lines of an invoice, which are a list inside it. */
export function withLines(invoice: Fields, change: (line: Fields) => Fields): Fields {
  const { lines } = invoice
  if (!isFields(lines) || !Array.isArray(lines['data'])) return invoice
  return { ...invoice, lines: { ...lines, data: lines['data'].filter(isFields).map(change) } }
}

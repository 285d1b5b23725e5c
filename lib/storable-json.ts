/**
 * JSON as jsonb takes it: U+0000 and lone surrogates, which JSON allows and jsonb refuses, are replaced.
 * @param text of `value`, where it is at hand
 */
export function storableJson(value: unknown, text: string = JSON.stringify(value)): string {
  if (!/\\u(0000|d[89a-f])/i.test(text)) return text
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') return storableText(item)
    if (item === null || typeof item !== 'object' || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).map(([name, inner]) => [storableText(name), inner]))
  })
}

/** Text as the database takes it. */
export function storableText(text: string): string {
  return text.replaceAll(/\0|\p{Surrogate}/gu, '\uFFFD')
}

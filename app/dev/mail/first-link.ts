/** The first web address in a text; null: there is none. */
export function firstLink(text: string): string | null {
  return /https?:\/\/[^\s<>"]+/.exec(text)?.[0] ?? null
}

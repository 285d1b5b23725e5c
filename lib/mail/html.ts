/** Markup that is safe to send: made by the `html` tag alone. */
export class Html {
  constructor(readonly markup: string) {}
}

type Value = string | Html | readonly Html[]

/** Markup with values in it. A string is escaped, for text and for quoted attributes; only Html goes in as it is. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(parts.map((part, index) => part + render(values[index] ?? '')).join(''))
}

function render(value: Value): string {
  if (value instanceof Html) return value.markup
  return typeof value === 'string' ? escaped(value) : value.map(({ markup }) => markup).join('')
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

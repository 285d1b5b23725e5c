import { accentColours, ownAccent } from '@/lib/programme/accent'
import { html, type Html } from './html'

/** One part of a letter; each has its form in plain text and in HTML, so that the two never say different things. */
export type Part =
  | { kind: 'paragraph'; text: string }
  | { kind: 'small'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'steps'; steps: readonly string[] }
  | { kind: 'facts'; facts: readonly { label: string; text: string }[] }
  | { kind: 'button'; label: string; url: string }

/** Whose letter it is. */
export interface Sender {
  name: string
  /** `#rrggbb`; null: Tributary's own. */
  accent: string | null
  /** An absolute address; null: none. */
  logo: string | null
}

export type MailContent = { subject: string; text: string; html: string }

/** @param from named at the top and the end */
export function letter(from: Sender, subject: string, parts: readonly Part[]): MailContent {
  return {
    subject: subject.replace(/\s+/g, ' '),
    text: `${parts.map(plain).join('\n\n')}\n\n-- \n${from.name}\n`,
    html: page(from, subject, parts).markup,
  }
}

function plain(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
    case 'small':
      return part.text
    case 'code':
      return `    ${part.text}`
    case 'steps':
      return part.steps.map((step, index) => `${index + 1}. ${step}`).join('\n')
    case 'facts':
      return part.facts.map(({ label, text }) => `- ${label}: ${text}`).join('\n')
    case 'button':
      return `${part.label}:\n${part.url}`
  }
}

interface Colours {
  paper: string
  card: string
  ink: string
  muted: string
  code: string
  button: string
  label: string
}

function coloursOf(accent: string | null, scheme: 'light' | 'dark'): Colours {
  const { accent: button, on: label } = accentColours(accent ?? ownAccent, scheme)
  return scheme === 'light'
    ? { paper: '#f6fafa', card: '#ffffff', ink: '#122126', muted: '#515f63', code: '#edf4f4', button, label }
    : { paper: '#0b1215', card: '#121b1e', ink: '#e8eeef', muted: '#9facaf', code: '#192327', button, label }
}

// Mail programs know no style sheets but for dark pages: every element carries its own, and those that know better overrule it.
function marked(part: Part, { code, ink, muted, button, label }: Colours): Html {
  switch (part.kind) {
    case 'paragraph':
      return html`<p style="margin:0 0 16px">${part.text}</p>`
    case 'small':
      return html`<p class="muted" style="margin:0 0 12px;font-size:13px;color:${muted}">${part.text}</p>`
    case 'code':
      return html`<p
        class="code"
        style="margin:0 0 16px;padding:12px 16px;border-radius:8px;background:${code};color:${ink};font:600 18px ui-monospace,Menlo,Consolas,monospace"
      >
        ${part.text}
      </p>`
    case 'steps':
      return html`<ol style="margin:0 0 16px;padding-left:20px">
        ${part.steps.map((step) => html`<li style="margin:0 0 6px">${step}</li>`)}
      </ol>`
    case 'facts':
      return html`<ul style="margin:0 0 16px;padding-left:20px">
        ${part.facts.map(({ label, text }) => html`<li style="margin:0 0 6px">${label}: <b>${text}</b></li>`)}
      </ul>`
    case 'button':
      return html`<p style="margin:0 0 20px">
        <a
          class="button"
          href="${part.url}"
          style="display:inline-block;padding:11px 20px;border-radius:8px;background:${button};color:${label};font-weight:600;text-decoration:none"
          >${part.label}</a
        >
      </p>`
  }
}

function page(from: Sender, subject: string, parts: readonly Part[]): Html {
  const colours = coloursOf(from.accent, 'light')
  const { paper, card, ink, muted, button } = colours
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${subject}</title>
        <style>
          ${darkStyle(coloursOf(from.accent, 'dark'))}
        </style>
      </head>
      <body class="paper" style="margin:0;padding:32px 16px;background:${paper}">
        <div
          class="card"
          style="max-width:520px;margin:0 auto;padding:28px;border-top:3px solid ${button};border-radius:12px;background:${card};color:${ink};font:15px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif"
        >
          ${logo(from)}
          <p class="muted" style="margin:0 0 20px;font-size:13px;font-weight:600;color:${muted}">
            ${from.name}
          </p>
          ${parts.map((part) => marked(part, colours))}
        </div>
      </body>
    </html>`
}

/** On white in every scheme, since its own colours are made for it; as a gradient too, which mail programs do not turn over. */
function logo({ logo: address }: Sender): Html | readonly Html[] {
  if (address === null) return []
  return html`<p style="margin:0 0 12px">
    <img
      src="${address}"
      alt=""
      height="28"
      style="height:28px;width:auto;max-width:200px;padding:4px;border-radius:6px;background:#ffffff linear-gradient(#ffffff,#ffffff)"
    />
  </p>`
}

function darkStyle({ paper, card, ink, muted, code, button, label }: Colours): string {
  const rules = {
    '.paper': `background:${paper}!important`,
    '.card': `background:${card}!important;color:${ink}!important;border-top-color:${button}!important`,
    '.muted': `color:${muted}!important`,
    '.code': `background:${code}!important;color:${ink}!important`,
    '.button': `background:${button}!important;color:${label}!important`,
  }
  const all = Object.entries(rules).map(([selector, rule]) => `${selector}{${rule}}`)
  return `@media (prefers-color-scheme:dark){${all.join('')}}`
}

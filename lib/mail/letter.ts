import { html, type Html } from './html'

/** One part of a letter; each has its form in plain text and in HTML, so that the two never say different things. */
export type Part =
  | { kind: 'paragraph'; text: string }
  | { kind: 'small'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'steps'; steps: readonly string[] }
  | { kind: 'button'; label: string; url: string }

export type MailContent = { subject: string; text: string; html: string }

/** @param from whose letter it is, named at the top and the end */
export function letter(from: string, subject: string, parts: readonly Part[]): MailContent {
  return {
    subject: subject.replace(/\s+/g, ' '),
    text: `${parts.map(plain).join('\n\n')}\n\n-- \n${from}\n`,
    html: page(from, subject, parts.map(marked)).markup,
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
    case 'button':
      return `${part.label}:\n${part.url}`
  }
}

// Mail programs know no style sheets: every element carries its own.
function marked(part: Part): Html {
  switch (part.kind) {
    case 'paragraph':
      return html`<p style="margin:0 0 16px">${part.text}</p>`
    case 'small':
      return html`<p style="margin:0 0 12px;font-size:13px;color:#5f6672">${part.text}</p>`
    case 'code':
      return html`<p
        style="margin:0 0 16px;padding:12px 16px;border-radius:8px;background:#f1f3f5;font:600 18px ui-monospace,Menlo,Consolas,monospace"
      >
        ${part.text}
      </p>`
    case 'steps':
      return html`<ol style="margin:0 0 16px;padding-left:20px">
        ${part.steps.map((step) => html`<li style="margin:0 0 6px">${step}</li>`)}
      </ol>`
    case 'button':
      return html`<p style="margin:0 0 20px">
        <a
          href="${part.url}"
          style="display:inline-block;padding:11px 20px;border-radius:8px;background:#14171c;color:#ffffff;font-weight:600;text-decoration:none"
          >${part.label}</a
        >
      </p>`
  }
}

function page(from: string, subject: string, parts: readonly Html[]): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${subject}</title>
      </head>
      <body style="margin:0;padding:32px 16px;background:#f6f7f8">
        <div
          style="max-width:520px;margin:0 auto;padding:28px;border-radius:12px;background:#ffffff;color:#14171c;font:15px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif"
        >
          <p style="margin:0 0 20px;font-size:13px;font-weight:600;color:#5f6672">${from}</p>
          ${parts}
        </div>
      </body>
    </html>`
}

import { inflateSync } from 'node:zlib'

/** What a PDF made by pdfkit says, a line of its own for each piece of text, in the order of writing. */
export function pdfText(pdf: Uint8Array): string[] {
  const objects = objectsOf(Buffer.from(pdf))
  const fonts = new Map<string, Map<string, string>>()
  for (const { head } of objects.values())
    for (const [, name = '', id = ''] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id)?.head ?? '')?.[1] ?? ''
      fonts.set(name, lettersOf(objects.get(unicode)?.stream ?? ''))
    }
  return [...objects.values()].flatMap(({ stream }) => textsOf(stream, fonts))
}

type PdfObject = { head: string; stream: string }

function objectsOf(pdf: Buffer): Map<string, PdfObject> {
  const objects = new Map<string, PdfObject>()
  const text = pdf.toString('latin1')
  for (const { 0: whole, 1: id = '', index } of text.matchAll(/^(\d+) 0 obj$/gm)) {
    const end = text.indexOf('endobj', index)
    const body = text.slice(index + whole.length, end)
    const head = body.split('stream\n', 1)[0] ?? ''
    const length = Number(/\/Length (\d+)/.exec(head)?.[1] ?? 0)
    const start = index + whole.length + head.length + 'stream\n'.length
    const stream = body.includes('stream\n') ? pdf.subarray(start, start + length) : Buffer.alloc(0)
    const inflated = head.includes('/FlateDecode') ? inflateSync(stream) : stream
    objects.set(id, { head, stream: inflated.toString('latin1') })
  }
  return objects
}

/** Of a ToUnicode table: each glyph's letters. */
function lettersOf(table: string): Map<string, string> {
  const letters = new Map<string, string>()
  for (const [, from = '', , list = ''] of table.matchAll(/<(\w{4})> <(\w{4})> \[([^\]]*)\]/g))
    for (const [index, [, code = '']] of [...list.matchAll(/<([\w\s]+)>/g)].entries())
      letters.set(
        (Number.parseInt(from, 16) + index).toString(16).padStart(4, '0'),
        Buffer.from(code.replace(/\s/g, ''), 'hex').swap16().toString('utf16le'),
      )
  return letters
}

function textsOf(content: string, fonts: Map<string, Map<string, string>>): string[] {
  const texts: string[] = []
  let letters = new Map<string, string>()
  for (const [, font, pieces = ''] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) letters = fonts.get(font) ?? new Map()
    else
      texts.push(
        [...pieces.matchAll(/<(\w+)>/g)]
          .flatMap(([, codes = '']) => codes.match(/.{4}/g) ?? [])
          .map((code) => letters.get(code) ?? '�')
          .join(''),
      )
  }
  return texts
}

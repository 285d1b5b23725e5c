import 'server-only'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import PDFDocument from 'pdfkit'
import { database, programme, programmeLogos, type Querying } from '@/db'
import type { Actor } from '@/lib/actor'
import { formatDay, type Locale } from '@/lib/locales'
import { decimalString, formatMoney } from '@/lib/money'
import { accentColours, ownAccent } from '@/lib/programme/accent'
import { readPicture } from '@/lib/programme/picture'
import { findPreferences } from '@/lib/settings/queries'
import { getStatement, type Statement, type StatementLine } from './queries'
import { lineWords, payoutMethodLabels } from './schemas'

const margin = 50
const right = 545
const columns = [50, 205, 375, 440] as const
const lineHeight = 15
const lastLineAt = 760
const footAt = 800
const headAt = 32
const [logoWidth, logoHeight] = [140, 36]
const [ink, muted] = ['#14171c', '#5f6672']

// The process always runs in the project's folder. The fonts that every reader of PDFs has write western letters only.
const folder = join(process.cwd(), 'node_modules/geist/dist/fonts/geist-sans')
const fonts = { regular: join(folder, 'Geist-Regular.ttf'), strong: join(folder, 'Geist-SemiBold.ttf') }

type Document = InstanceType<typeof PDFDocument>

interface Sheet {
  document: Document
  locale: Locale
  from: Sender
}

interface Sender {
  name: string
  /** `#rrggbb`, to be read on white. */
  accent: string
  logo: Buffer | null
}

async function loadSender(db: Querying): Promise<Sender> {
  const { name, accent } = programme
  const [books] = await db
    .select({ name, accent, logo: programmeLogos.picture })
    .from(programme)
    .leftJoin(programmeLogos, eq(programmeLogos.id, programme.logoId))
  // A damaged picture would take the whole statement with it.
  const logo = books?.logo && readPicture(books.logo) ? books.logo : null
  const colours = accentColours(books?.accent ?? ownAccent, 'light')
  return { name: books?.name ?? 'Tributary', accent: colours.accent, logo }
}

/** A payout's statement as a PDF (A4): every line, down to the amount, as its affiliate writes numbers. For them and the console. */
export async function statementPdf(
  actor: Actor,
  payoutId: string,
  db: Querying = database(),
): Promise<{ name: string; pdf: Uint8Array<ArrayBuffer> }> {
  const statement = await getStatement(actor, payoutId, db)
  const { locale } = await findPreferences(db, statement.payout.affiliateId)
  const from = await loadSender(db)
  const info = { Title: `Statement ${payoutId}`, Author: from.name }
  const document = new PDFDocument({ size: 'A4', margin, info, bufferPages: true, font: fonts.regular })
  const chunks: Buffer[] = []
  const done = new Promise<void>((resolve, reject) => {
    document
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', resolve)
      .on('error', reject)
  })
  document.registerFont('regular', fonts.regular).registerFont('strong', fonts.strong)
  const sheet = { document, locale, from }
  writeHead(sheet, statement)
  writeLines(sheet, statement)
  writeFeet(sheet, payoutId)
  document.end()
  await done
  return { name: `statement-${payoutId}.pdf`, pdf: new Uint8Array(Buffer.concat(chunks)) }
}

function writeHead(sheet: Sheet, { payout }: Statement): void {
  const { document, locale, from } = sheet
  const { displayName, handle, method, destination, approvedOn, paidAt, reference, id, state } = payout
  document.rect(margin, headAt, right - margin, 2).fill(from.accent)
  if (from.logo)
    document.image(from.logo, right - logoWidth, margin, { fit: [logoWidth, logoHeight], align: 'right' })
  document
    .font('strong')
    .fontSize(10)
    .fillColor(from.accent)
    .text(writable(document, from.name, 'Statement'), margin, margin, { width: right - logoWidth - margin })
  document.moveDown(0.5).font('strong').fontSize(20).fillColor(ink)
  document.text(`Payout of ${money(sheet, payout.amountMinor, payout.currency)}`)
  document.moveDown(0.5).font('regular').fontSize(10)
  document.text(
    `To ${writable(document, displayName, handle)}, ${writable(document, destination, payoutMethodLabels[method])}`,
  )
  document.text(`Statement ${id}, ${state}${reference ? `, ${writable(document, reference, '')}` : ''}`)
  const sent = paidAt ? `, sent on ${formatDay(paidAt.toISOString().slice(0, 10), locale)}` : ''
  const approved = approvedOn ? `Approved on ${formatDay(approvedOn, locale)}${sent}. ` : ''
  document.text(`${approved}All days are UTC days.`)
  document.moveDown(1.5)
}

function writeLines(sheet: Sheet, { payout, lines, sumMinor }: Statement): void {
  const { currency, amountMinor, carriedMinor } = payout
  const amount = (minor: bigint) => money(sheet, minor, currency)
  writeRow(sheet, ['What', 'Payment', 'Earned', 'Amount'], 'strong')
  rule(sheet)
  for (const line of lines) writeRow(sheet, cellsOf(line, sheet.locale, amount))
  rule(sheet)
  if (carriedMinor > 0n) {
    writeRow(sheet, ['All lines', '', '', amount(sumMinor)])
    writeRow(sheet, ['Carried to the next payout', '', '', amount(-carriedMinor)])
  }
  writeRow(sheet, ['Payout', '', '', amount(amountMinor)], 'strong')
}

function cellsOf(line: StatementLine, locale: Locale, amount: (minor: bigint) => string): string[] {
  const what = lineWords[line.kind] ?? line.kind
  return [what, line.paymentId ?? line.note ?? '', formatDay(line.earnedOn, locale), amount(line.amountMinor)]
}

function writeRow({ document }: Sheet, cells: readonly string[], font: keyof typeof fonts = 'regular'): void {
  if (document.y > lastLineAt) document.addPage()
  const { y } = document
  document.font(font).fontSize(9).fillColor(ink)
  cells.forEach((text, index) => {
    const x = columns[index] ?? margin
    const isAmount = index === cells.length - 1
    const width = isAmount ? right - x : (columns[index + 1] ?? right) - x - 6
    const options = { width, align: isAmount ? 'right' : 'left', lineBreak: false, ellipsis: true } as const
    document.text(text, x, y, options)
  })
  document.x = margin
  document.y = y + lineHeight
}

function rule({ document }: Sheet): void {
  document.moveTo(margin, document.y).lineTo(right, document.y).lineWidth(0.5).stroke(muted)
  document.y += 6
}

function writeFeet({ document, from }: Sheet, payoutId: string): void {
  const { count } = document.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    document.switchToPage(page)
    // Below the margin every text would begin a page of its own.
    document.page.margins.bottom = 0
    document.font('regular').fontSize(8).fillColor(muted)
    document.text(`${writable(document, from.name, 'Statement')}, ${payoutId}`, margin, footAt, {
      lineBreak: false,
    })
    const number = `Page ${page + 1} of ${count}`
    document.text(number, margin, footAt, { width: right - margin, align: 'right', lineBreak: false })
  }
}

/** An amount, its currency by name where the font lacks its sign. */
function money({ document, locale }: Sheet, minor: bigint, currency: string): string {
  // The font has no narrow space.
  const text = formatMoney(minor, currency, locale).replaceAll('\u202f', '\u00a0').replace('-', '−')
  return writable(document, text, `${decimalString(minor, currency)} ${currency.toUpperCase()}`)
}

/** The text, or what stands in for it where the font lacks a letter: an empty box would be nobody's name. */
function writable(document: Document, text: string, otherwise: string): string {
  const composed = text.normalize('NFC')
  // pdfkit keeps the open font to itself and says nothing of letters that it lacks.
  const { font } = (
    document as unknown as { _font: { font: { hasGlyphForCodePoint(point: number): boolean } } }
  )._font
  const lacks = [...composed].some((letter) => !font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0))
  return lacks ? otherwise : composed
}

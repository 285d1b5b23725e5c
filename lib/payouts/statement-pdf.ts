import 'server-only'
import PDFDocument from 'pdfkit'
import { database, programme, type Querying } from '@/db'
import type { Actor } from '@/lib/actor'
import { decimalString, formatMoney } from '@/lib/money'
import { getStatement, type Statement, type StatementLine } from './queries'

const kinds: Record<string, string> = {
  instalment: 'Commission',
  refund: 'Refund',
  dispute: 'Dispute',
  cancel: 'Subscription ended',
  void: 'Judged void',
  hold: 'Held or released',
  payout: 'Carried from before',
  adjustment: 'Adjustment',
  opening: 'Opening balance',
  write_off: 'Debt written off',
}

const margin = 50
const right = 545
const columns = [50, 170, 370, 430] as const
const lineHeight = 14
const lastLineAt = 770

/** A payout's statement as a PDF (A4): every line, down to the amount. For its affiliate and the console. */
export async function statementPdf(
  actor: Actor,
  payoutId: string,
  db: Querying = database(),
): Promise<{ name: string; pdf: Uint8Array<ArrayBuffer> }> {
  const statement = await getStatement(actor, payoutId, db)
  const [books] = await db.select({ name: programme.name }).from(programme)
  const title = `Statement ${payoutId}`
  const document = new PDFDocument({ size: 'A4', margin, info: { Title: title, Author: books?.name ?? '' } })
  const chunks: Buffer[] = []
  const done = new Promise<void>((resolve, reject) => {
    document
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', resolve)
      .on('error', reject)
  })
  writeHead(document, statement, books?.name ?? 'Tributary')
  writeLines(document, statement)
  document.end()
  await done
  return { name: `statement-${payoutId}.pdf`, pdf: new Uint8Array(Buffer.concat(chunks)) }
}

type Document = InstanceType<typeof PDFDocument>

// The fonts inside every PDF reader write Latin letters only.
const latin = (text: string) =>
  text.replace(
    /[ıİşŞğĞ]/g,
    (letter) => ({ ı: 'i', İ: 'I', ş: 's', Ş: 'S', ğ: 'g', Ğ: 'G' })[letter] ?? letter,
  )

function writeHead(document: Document, { payout }: Statement, from: string): void {
  const { displayName, destination, approvedOn, paidAt, reference, id, state } = payout
  document.font('Helvetica').fontSize(10).fillColor('#5f6672').text(latin(from))
  document.moveDown(0.5).font('Helvetica-Bold').fontSize(20).fillColor('#14171c')
  document.text(`Payout of ${formatMoney(payout.amountMinor, payout.currency)}`)
  document.moveDown(0.5).font('Helvetica').fontSize(10)
  document.text(latin(`To ${displayName}, ${destination}`))
  document.text(`Statement ${id}, ${state}${reference ? `, ${reference}` : ''}`)
  const sent = paidAt ? `, sent on ${paidAt.toISOString().slice(0, 10)}` : ''
  document.text(`Approved on ${approvedOn ?? '-'}${sent}. All days are UTC days.`)
  document.moveDown(1.5)
}

function writeLines(document: Document, { payout, lines, sumMinor }: Statement): void {
  const { currency, amountMinor, carriedMinor } = payout
  const money = (minor: bigint) => decimalString(minor, currency)
  writeRow(document, ['What', 'Payment', 'Earned', `Amount, ${currency.toUpperCase()}`], true)
  for (const line of lines) writeRow(document, cellsOf(line, money))
  rule(document)
  if (carriedMinor > 0n) {
    writeRow(document, ['All lines', '', '', money(sumMinor)])
    writeRow(document, ['Carried to the next payout', '', '', money(-carriedMinor)])
  }
  writeRow(document, ['Payout', '', '', money(amountMinor)], true)
}

function cellsOf(line: StatementLine, money: (minor: bigint) => string): string[] {
  return [kinds[line.kind] ?? line.kind, line.paymentId ?? '', line.earnedOn, money(line.amountMinor)]
}

function writeRow(document: Document, cells: readonly string[], strong = false): void {
  if (document.y > lastLineAt) document.addPage()
  const { y } = document
  document.font(strong ? 'Helvetica-Bold' : 'Helvetica').fontSize(9)
  cells.forEach((text, index) => {
    const x = columns[index] ?? margin
    const isAmount = index === cells.length - 1
    const width = isAmount ? right - x : (columns[index + 1] ?? right) - x - 6
    document.text(text, x, y, { width, align: isAmount ? 'right' : 'left', lineBreak: false })
  })
  document.x = margin
  document.y = y + lineHeight
}

function rule(document: Document): void {
  document.moveTo(margin, document.y).lineTo(right, document.y).lineWidth(0.5).stroke('#5f6672')
  document.y += 6
}

import { database, type Querying } from '@/db'
import { commissionBodyOf } from '@/lib/api/endpoints/commissions'
import { payoutBodyOf } from '@/lib/api/endpoints/payouts'
import { listCommissionsInDetail } from '@/lib/commissions/queries'
import { exportedColumns, exportLedger } from '@/lib/ledger/export-ledger'
import { listPayouts } from '@/lib/payouts/queries'
import { only, operator, UsageError, type Command } from './command'

type Row = Readonly<Record<string, unknown>>

interface Export {
  /** Of the CSV; a line of the other format has all that there is. */
  columns: readonly string[]
  /** In constant memory, as it is at one moment. @returns how many */
  each(take: (rows: readonly Row[]) => Promise<void>): Promise<number>
}

const pageSize = 500

const exports: Record<string, Export> = {
  ledger: {
    columns: exportedColumns,
    each: (take) => exportLedger(operator, (rows) => take(rows.map((row) => ({ ...row })))),
  },
  commissions: {
    columns: (
      'paymentId,basisId,invoiceId,customerId,affiliateId,status,sentence,paidAt,paymentCurrency,paymentMinor,currency,netMinor,' +
      'rateBps,commissionMinor,reversedMinor,remainingMinor,matchedBy,settledAt'
    ).split(','),
    each: (take) =>
      pageByPage(take, async (db, cursor) => {
        const page = await listCommissionsInDetail(operator, { limit: pageSize, cursor }, db)
        return { rows: page.commissions.map(commissionBodyOf), nextCursor: page.nextCursor }
      }),
  },
  payouts: {
    columns: (
      'id,runId,affiliateId,state,currency,amountMinor,carriedMinor,method,destination,warnings,reason,reference,cutOffOn,' +
      'approvedOn,paidAt'
    ).split(','),
    each: (take) =>
      pageByPage(take, async (db, cursor) => {
        const page = await listPayouts(operator, { limit: pageSize, cursor }, db)
        return { rows: page.payouts.map(payoutBodyOf), nextCursor: page.nextCursor }
      }),
  },
}

/** All pages in one transaction that only reads, so that nothing is missed or doubled by what happens meanwhile. */
async function pageByPage(
  take: (rows: readonly Row[]) => Promise<void>,
  read: (
    db: Querying,
    cursor: string | undefined,
  ) => Promise<{ rows: readonly object[]; nextCursor: string | null }>,
): Promise<number> {
  return database().transaction(
    async (tx) => {
      let count = 0
      let cursor: string | undefined
      do {
        const { rows, nextCursor } = await read(tx, cursor)
        await take(rows.map((row) => ({ ...row })))
        count += rows.length
        cursor = nextCursor ?? undefined
      } while (cursor !== undefined)
      return count
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

function csvCell(value: unknown): string {
  const text = Array.isArray(value) ? value.join(' ') : value == null ? '' : String(value)
  // A spreadsheet would take a name that begins so for a formula.
  const safe = /^[=+@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const exportCommand: Command = {
  name: 'export',
  usage: 'ledger|commissions|payouts [--format ndjson|csv]',
  summary: 'streams all of it, in constant memory',
  options: { format: { type: 'string', value: 'ndjson|csv', help: 'ndjson, one object a line, unless csv' } },
  needs: 'database',
  run: async (asked) => {
    const [what = ''] = only(asked, 'ledger|commissions|payouts')
    const found = Object.hasOwn(exports, what) ? exports[what] : undefined
    if (!found)
      throw new UsageError(`"${what}" cannot be exported: ledger, commissions or payouts is wanted.`)
    const format = asked.text('format') ?? 'ndjson'
    if (format !== 'ndjson' && format !== 'csv') {
      throw new UsageError(`There is no format ${format}: ndjson or csv is wanted.`)
    }
    if (format === 'csv' && asked.isJson) throw new UsageError('--json and --format csv exclude each other.')
    const { columns, each } = found
    if (format === 'csv') await asked.write(`${columns.join(',')}\r\n`)
    const count = await each(async (rows) => {
      const lines = rows.map((row) =>
        format === 'ndjson'
          ? `${JSON.stringify(row)}\n`
          : `${columns.map((column) => csvCell(row[column])).join(',')}\r\n`,
      )
      await asked.write(lines.join(''))
    })
    asked.say(`${count} ${what === 'ledger' ? 'transfers' : what}`)
    return null
  },
}

import { mapImport, startImport } from '@/lib/imports/decide-import'
import { guessMapping } from '@/lib/imports/formats'
import { getImport } from '@/lib/imports/queries'
import { runImports } from '@/lib/imports/run-imports'
import { uploadImport } from '@/lib/imports/upload-import'
import { createStripe } from '@/lib/stripe/client'
import { createSandbox } from '@/lib/stripe-sandbox/index'
import type { Bench } from './bench'
import { makeTemplate, openBooks } from './books'
import { timed, type Figure } from './figure'

const system = { kind: 'system', job: 'bench' } as const
const headings = ['handle', 'name', 'email', 'rate_bps', 'joined_on', 'opening_balance', 'currency']

const rowOf = (at: number): string => {
  const email = at % 10 === 9 ? 'no address' : `person${at}@example.com`
  return `person${at},Person ${at},${email},${at % 4 === 0 ? '2500' : ''},2024-03-01,"1,234.${(at % 90) + 10}",usd`
}

/** A file of another product's affiliates, one in ten of its rows broken: read, checked, and taken in row by row. */
export async function measureImports({ server, quick }: Bench): Promise<Figure[]> {
  const rows = quick ? 2_000 : 10_000
  const books = await openBooks(
    server,
    await makeTemplate(server, { codes: [] }, { count: 1, ownerOf: () => 0 }),
  )
  const sandbox = await createSandbox({ seed: 'imports' })
  const [db, stripe] = [books.db, createStripe('sk_test_bench', sandbox.url)]
  const csv = [headings.join(','), ...Array.from({ length: rows }, (_, at) => rowOf(at))].join('\n')
  let id = ''
  const read = await timed(async () => (id = await uploadImport(system, { name: 'old.csv', csv }, { db })))
  const checked = await timed(() =>
    mapImport(system, id, guessMapping(headings).mapping, { db, stripe, now: new Date() }),
  )
  await startImport(system, id, db)
  const takenIn = await timed(async () => {
    while ((await runImports(db, stripe)) > 0);
  })
  const file = await getImport(system, id, db)
  if (file.rows.done !== (rows / 10) * 9 || file.rows.refused !== rows / 10)
    throw new Error(`${file.rows.done} rows were taken in, ${file.rows.refused} refused.`)
  await sandbox.close()
  await books.drop()
  const note = `${rows.toLocaleString('en')} rows, one in ten broken`
  return [
    { name: 'imports: a file read', value: read, unit: 's', note },
    { name: 'imports: every row checked', value: checked, unit: 's', note },
    { name: 'imports: taken in', value: takenIn, unit: 's', note },
    { name: 'imports: taken in', value: file.rows.done / takenIn, unit: 'rows/s' },
  ]
}

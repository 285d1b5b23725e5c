import { notFound } from 'next/navigation'
import { findOrNone } from '@/app/admin/codes/_components/find-or-none'
import { csvStream } from '@/app/_components/csv-stream'
import { requireAdministrator } from '@/lib/auth'
import { getImport, streamImportCsv } from '@/lib/imports/queries'

/** What became of each row of a file. */
export async function GET(
  _: Request,
  { params }: { params: Promise<{ import: string }> },
): Promise<Response> {
  const person = await requireAdministrator()
  const { import: id } = await params
  const file = await findOrNone(getImport(person, id))
  if (!file) notFound()
  return csvStream(`results-${file.id}.csv`, streamImportCsv(person, file.id))
}

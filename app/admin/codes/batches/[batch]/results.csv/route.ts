import { notFound } from 'next/navigation'
import { findOrNone } from '@/app/admin/codes/_components/find-or-none'
import { csvStream } from '@/app/_components/csv-stream'
import { requireAdministrator } from '@/lib/auth'
import { getBatch, streamBatchCsv } from '@/lib/codes/batch-queries'

/** What became of each row of a file. */
export async function GET(_: Request, { params }: { params: Promise<{ batch: string }> }): Promise<Response> {
  const person = await requireAdministrator()
  const { batch: id } = await params
  const batch = await findOrNone(getBatch(person, id))
  if (!batch) notFound()
  return csvStream(`results-${batch.id}.csv`, streamBatchCsv(person, batch.id))
}

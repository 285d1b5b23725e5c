import { csvStream } from '@/app/_components/csv-stream'
import { oneOf } from '@/app/_components/query'
import { requireAdministrator } from '@/lib/auth'
import { streamCodesCsv } from '@/lib/codes/codes-csv'
import { codeKinds, codeSorts } from '@/lib/codes/console-queries'

/** The list as it is narrowed and ordered, whole. */
export async function GET(request: Request): Promise<Response> {
  const person = await requireAdministrator()
  const { searchParams } = new URL(request.url)
  const given = (name: string) => searchParams.get(name) ?? undefined
  const kind = oneOf(given('kind'), codeKinds)
  const sort = oneOf(given('sort'), codeSorts)
  return csvStream('codes.csv', streamCodesCsv(person, { kind, sort, search: given('q') }))
}

import { csvAnswer } from '@/app/admin/payouts/csv-answer'
import { requireAdministrator } from '@/lib/auth'
import { statementCsv } from '@/lib/payouts/statement-csv'

export async function GET(
  _: Request,
  { params }: { params: Promise<{ run: string; payout: string }> },
): Promise<Response> {
  const person = await requireAdministrator()
  const { payout } = await params
  return csvAnswer(() => statementCsv(person, payout))
}

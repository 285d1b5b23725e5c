import { statementCsv } from '@/lib/payouts/statement-csv'
import { fileAnswer } from '../../file-answer'

export async function GET(
  _: Request,
  { params }: { params: Promise<{ payout: string }> },
): Promise<Response> {
  const { payout } = await params
  return fileAnswer(payout, async (person) => {
    const { name, csv } = await statementCsv(person, payout)
    return { name, type: 'text/csv; charset=utf-8', body: csv }
  })
}

import { statementPdf } from '@/lib/payouts/statement-pdf'
import { fileAnswer } from '../../file-answer'

export async function GET(
  _: Request,
  { params }: { params: Promise<{ payout: string }> },
): Promise<Response> {
  const { payout } = await params
  return fileAnswer(payout, async (person) => {
    const { name, pdf } = await statementPdf(person, payout)
    return { name, type: 'application/pdf', body: pdf }
  })
}

import { csvAnswer } from '@/app/admin/payouts/csv-answer'
import { requireAdministrator } from '@/lib/auth'
import { getBatchFile } from '@/lib/payouts/batch-files'

/** What PayPal or Wise is given: `paypal-usd-1.csv`. */
export async function GET(
  _: Request,
  { params }: { params: Promise<{ run: string; file: string }> },
): Promise<Response> {
  const person = await requireAdministrator('finance', 'admin')
  const { run: runId, file } = await params
  const parts = /^(paypal|wise)-([a-z]{3})-(\d{1,5})\.csv$/.exec(file)
  const [, method, currency = '', part] = parts ?? []
  return csvAnswer(async () =>
    getBatchFile(person, {
      runId,
      method: method === 'wise' ? 'wise' : 'paypal',
      currency,
      part: Math.max(1, Number(part ?? 0)),
    }),
  )
}

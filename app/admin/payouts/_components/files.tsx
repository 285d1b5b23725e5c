import { moneyText } from '@/components/money'
import { Button } from '@/components/ui/button'
import type { BatchFile } from '@/lib/payouts/batch-files'

const names = { paypal: 'PayPal', wise: 'Wise' }

/** Links to what the providers are to be given. */
export function Files({ runId, files }: { runId: string; files: readonly BatchFile[] }) {
  return (
    <ul className="flex flex-wrap gap-3">
      {files.map(({ method, currency, part, payouts, amountMinor }) => (
        <li key={`${method} ${currency} ${part}`}>
          <Button asChild look="secondary" className="h-auto flex-col items-start gap-0 py-2.5">
            <a href={`/admin/payouts/${runId}/files/${method}-${currency}-${part}.csv`} download>
              <span>
                {names[method]}, {moneyText(amountMinor, currency)}
              </span>
              <span className="text-sm font-normal text-muted">
                {payouts.toLocaleString('en')} {payouts === 1 ? 'payout' : 'payouts'}
                {part > 1 ? `, part ${part}` : ''}
              </span>
            </a>
          </Button>
        </li>
      ))}
    </ul>
  )
}

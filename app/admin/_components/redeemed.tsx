import Link from 'next/link'
import { Empty } from '@/components/empty'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { RedeemedCode } from '@/lib/programme/console-figures'

/** New customers by the code they came with, as bars. */
export function Redeemed({ codes, days }: { codes: readonly RedeemedCode[]; days: number }) {
  const most = Math.max(1, ...codes.map(({ customers }) => customers))
  return (
    <Card>
      <CardTitle>Codes redeemed</CardTitle>
      <CardText className="mb-4">{`New customers in the last ${days} days, by whose code.`}</CardText>
      {codes.length === 0 ? (
        <Empty title="None in these days">A new customer with a code draws the first bar.</Empty>
      ) : (
        <ul className="space-y-2.5">
          {codes.map(({ affiliateId, displayName, code, customers }) => (
            <li
              key={affiliateId}
              className="grid grid-cols-[minmax(0,9rem)_1fr_auto] items-center gap-3 text-[0.9375rem]"
            >
              <Link href={`/admin/affiliates/${affiliateId}`} className="truncate hover:text-accent">
                <span className="font-mono text-sm">{code ?? displayName}</span>
              </Link>
              <span aria-hidden="true" className="h-2.5 rounded-sm bg-sunken">
                <span
                  className="block h-full rounded-sm bg-accent"
                  style={{ width: `${(customers / most) * 100}%` }}
                />
              </span>
              <span className="figures text-right">{customers.toLocaleString('en')}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

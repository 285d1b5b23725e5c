import type { ReactNode } from 'react'
import { countedText } from '@/components/count'
import { Money } from '@/components/money'
import { dayText } from '@/components/time'
import type { News, Sum } from '@/lib/commissions/news-queries'

/** What came since the last visit, in one line each; nothing on the first. */
export function NewsStrip({ news, since }: { news: News | null; since: Date | null }) {
  if (!news || !since) return null
  const items = itemsOf(news)
  return (
    <section
      aria-label="Since your last visit"
      className="mb-6 rounded-2xl border border-accent-line bg-accent-soft px-5 py-4 sm:px-7"
    >
      <h2 className="text-sm text-muted">
        Since your last visit, {dayText(since.toISOString().slice(0, 10))}
      </h2>
      {items.length === 0 ? (
        <p className="mt-1">Nothing new.</p>
      ) : (
        <ul className="mt-1 flex flex-wrap gap-x-8 gap-y-1">
          {items.map(({ key, text }) => (
            <li key={key}>{text}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function itemsOf(news: News): { key: string; text: ReactNode }[] {
  const { customers, earned, takenBack, paidOut } = news
  const sums = (name: string, rows: readonly Sum[], text: (row: Sum) => ReactNode) =>
    rows.map((row) => ({ key: `${name} ${row.currency}`, text: text(row) }))
  return [
    ...(customers > 0 ? [{ key: 'customers', text: countedText(customers, 'new customer') }] : []),
    ...sums('earned', earned, (row) => (
      <>
        {countedText(row.count, 'payment')} earned you <Amount row={row} />
      </>
    )),
    ...sums('back', takenBack, (row) => (
      <>
        <Amount row={row} /> taken back
      </>
    )),
    ...sums('paid', paidOut, (row) => (
      <>
        <Amount row={row} /> paid out
      </>
    )),
  ]
}

function Amount({ row }: { row: Sum }) {
  return <Money minor={row.amountMinor} currency={row.currency} className="font-semibold" />
}

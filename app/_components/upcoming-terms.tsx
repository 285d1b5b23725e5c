import Link from 'next/link'
import { plainDifferences } from '@/lib/programme/terms-words'
import { readersLocale } from '@/components/reader'
import { dayText } from '@/components/time'
import { Notice } from '@/components/ui/notice'
import type { UpcomingTerms } from '@/lib/programme/queries'

/** What is going to change, each with its day; nothing where nothing is. */
export function UpcomingTermsNote({
  upcoming,
  all,
}: {
  upcoming: readonly UpcomingTerms[]
  /** Where all that holds stands; absent: on this page. */
  all?: string
}) {
  const told = upcoming
    .map(({ from, before, after }) => ({ from, changes: plainDifferences(before, after, readersLocale()) }))
    .filter(({ changes }) => changes.length > 0)
  if (told.length === 0) return null
  return (
    <Notice tone="wait">
      {told.map(({ from, changes }) => (
        <div key={from.getTime()} className="py-1">
          <p className="font-medium">From {dayText(from.toISOString().slice(0, 10))} on, other terms hold.</p>
          <ul className="mt-1 space-y-0.5">
            {changes.map(({ label, before, after }) => (
              <li key={label}>
                {label}: {after} <span className="text-muted">(until then {before})</span>
              </li>
            ))}
          </ul>
          <p className="mt-1 text-sm">What is paid before that day is judged by the terms of now.</p>
        </div>
      ))}
      {all ? (
        <p className="mt-2">
          <Link href={all} className="link">
            All your terms
          </Link>
        </p>
      ) : null}
    </Notice>
  )
}

import { Notice } from '@/components/ui/notice'
import type { AffiliateSummary } from '@/lib/affiliates/queries'

const notes: Partial<Record<AffiliateSummary['status'], string>> = {
  suspended:
    'Your account is suspended. What your customers pay now is held, and becomes yours on its own days when the suspension ends.',
  closed:
    'Your account is closed. Later payments earn nothing; what you had earned is paid to you as it falls due.',
}

/** How the affiliate stands, where that is not as usual. Whoever was turned down reads it where their code would be. */
export function StandingNote({ affiliate: { status, codes } }: { affiliate: AffiliateSummary }) {
  const note = codes.length > 0 ? notes[status] : undefined
  return note ? (
    <Notice tone="wait" className="mb-6">
      {note}
    </Notice>
  ) : null
}

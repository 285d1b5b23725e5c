import { Notice } from '@/components/ui/notice'
import type { AffiliateStatus } from '@/lib/affiliates/queries'

const notes: Partial<Record<AffiliateStatus, string>> = {
  suspended:
    'Your account is suspended. What your customers pay now is held, and becomes yours on its own days when the suspension ends.',
  closed:
    'Your account is closed. Later payments earn nothing; what you had earned is paid to you as it falls due.',
}

/** How the affiliate stands, where that is not as usual. */
export function StandingNote({ status }: { status: AffiliateStatus }) {
  const note = notes[status]
  return note ? (
    <Notice tone="wait" className="mb-6">
      {note}
    </Notice>
  ) : null
}

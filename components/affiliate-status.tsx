import { Badge, type BadgeTone } from '@/components/ui/badge'
import type { AffiliateSummary } from '@/lib/affiliates/queries'

const words: Record<AffiliateSummary['status'], { text: string; tone: BadgeTone }> = {
  applied: { text: 'Applied', tone: 'wait' },
  active: { text: 'Active', tone: 'good' },
  suspended: { text: 'Suspended', tone: 'wait' },
  closed: { text: 'Closed', tone: 'plain' },
}

export function AffiliateStatusBadge({ status }: { status: AffiliateSummary['status'] }) {
  return <Badge tone={words[status].tone}>{words[status].text}</Badge>
}

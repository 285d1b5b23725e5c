import Link from 'next/link'
import { withQuery } from '@/app/_components/query'
import { plainTerms, termLabels, termText } from '@/lib/programme/terms-words'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { Actor } from '@/lib/actor'
import { getTermsOfScope, listGroups } from '@/lib/programme/terms-queries'

/** What they have that others have not, by their own terms or their group's. */
export async function OwnTerms({
  actor,
  affiliateId,
  mayChange,
}: {
  actor: Actor
  affiliateId: string
  mayChange: boolean
}) {
  const [{ values, versions }, groups] = await Promise.all([
    getTermsOfScope(actor, { affiliateId, groupId: null }),
    listGroups(actor),
  ])
  const group = groups.find(({ id }) => id === values.group)
  const own = plainTerms.filter((key) => key in values)
  const later = versions.filter(({ state }) => state === 'scheduled').length
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <CardTitle>Own terms</CardTitle>
        <Button asChild size="small" look="secondary">
          <Link href={withQuery('/admin/terms', { affiliate: affiliateId })}>
            {mayChange ? 'See and change' : 'See them'}
          </Link>
        </Button>
      </div>
      <CardText>
        {[
          ...(group ? [`Group: ${group.name}`] : []),
          ...own.map((key) => `${termLabels[key]}: ${termText(key, values)}`),
        ].join(' · ') || 'None: the programme’s terms hold for them.'}
        {later > 0 ? ` ${later === 1 ? 'One change is' : `${later} changes are`} scheduled.` : null}
      </CardText>
    </Card>
  )
}

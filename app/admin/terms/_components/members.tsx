import Link from 'next/link'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { Group } from '@/lib/programme/terms-queries'

/** Who is in a group now; each is put into it by their own terms. */
export function Members({ group }: { group: Group }) {
  return (
    <Card>
      <CardTitle>Who is in it</CardTitle>
      {group.members.length === 0 ? (
        <CardText>Nobody yet. An affiliate comes into a group by their own terms, from a day on.</CardText>
      ) : (
        <ul className="mt-3 flex flex-wrap gap-x-6 gap-y-2">
          {group.members.map(({ id, displayName }) => (
            <li key={id}>
              <Link href={`/admin/affiliates/${id}`} className="link">
                {displayName}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

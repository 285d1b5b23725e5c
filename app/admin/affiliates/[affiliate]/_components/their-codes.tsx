import Link from 'next/link'
import { withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { Button } from '@/components/ui/button'
import { Card, CardTitle } from '@/components/ui/card'
import type { Actor } from '@/lib/actor'
import { listCodes } from '@/lib/codes/console-queries'
import { CodeList } from '../../../codes/_components/code-list'

/** An affiliate's codes, each leading to its own page. */
export async function TheirCodes({
  actor,
  affiliateId,
  mayMake,
}: {
  actor: Actor
  affiliateId: string
  mayMake: boolean
}) {
  const { codes, nextCursor } = await listCodes(actor, { affiliateId, limit: 100 })
  return (
    <Card>
      <CardTitle className="mb-2">{codes.length > 1 ? 'Codes' : 'Code'}</CardTitle>
      {codes.length > 0 ? (
        <CodeList codes={codes} ofOne />
      ) : (
        <Empty title="No code yet">An applicant gets theirs when they are taken in.</Empty>
      )}
      {nextCursor ? (
        <p className="mt-4 text-sm text-muted">
          The newest hundred. The search of all codes finds the others.
        </p>
      ) : null}
      {codes.length > 0 && mayMake ? (
        <p className="mt-4">
          <Button asChild look="secondary" size="small">
            <Link href={`${withQuery('/admin/codes/new', { affiliate: affiliateId })}#the-code`}>
              Make a further code
            </Link>
          </Button>
        </p>
      ) : null}
    </Card>
  )
}

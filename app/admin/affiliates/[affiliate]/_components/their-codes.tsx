import Link from 'next/link'
import { Fragment } from 'react'
import { withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { Button } from '@/components/ui/button'
import { Card, CardTitle } from '@/components/ui/card'
import type { Actor } from '@/lib/actor'
import { listCodesGivenTo, type DecidedCode } from '@/lib/attribution/house-queries'
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
  const [{ codes, nextCursor }, given] = await Promise.all([
    listCodes(actor, { affiliateId, limit: 100 }),
    listCodesGivenTo(actor, affiliateId, { limit: 100 }),
  ])
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
      {given.codes.length > 0 ? <Given codes={given.codes} /> : null}
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

/** None of ours, and said to be theirs: each leads to where that is taken back. */
function Given({ codes }: { codes: readonly DecidedCode[] }) {
  return (
    <p className="mt-4 text-sm text-muted">
      Said to be theirs too:{' '}
      {codes.map(({ about, id, name }, at) => (
        <Fragment key={id}>
          {at > 0 ? ', ' : null}
          <Link
            href={withQuery(
              '/admin/unmatched/decide',
              'couponId' in about ? { coupon: id } : { promotion: id },
            )}
            className="link font-mono break-all"
          >
            {name ?? id}
          </Link>
        </Fragment>
      ))}
    </p>
  )
}

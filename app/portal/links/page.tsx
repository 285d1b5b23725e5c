import type { Metadata } from 'next'
import Link from 'next/link'
import { one } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { getAffiliate } from '@/lib/affiliates/queries'
import { listMaterials } from '@/lib/links/material-queries'
import { listLandingPages, listLinks } from '@/lib/links/queries'
import { CodeCard } from '../_components/code-card'
import { LinkForm } from './_components/link-form'
import { LinkList } from './_components/link-list'
import { Materials } from './_components/materials'
import { addLink } from './actions'
import { requireReader } from '../_components/require-reader'

export const metadata: Metadata = { title: 'Code and links' }

export default async function LinksPage({
  searchParams,
}: {
  searchParams: Promise<{ made?: string | string[] }>
}) {
  const person = await requireReader('/portal/links')
  const { affiliateId } = person
  const [affiliate, pages, { links, typed }, materials, { made }] = await Promise.all([
    getAffiliate(person, affiliateId),
    listLandingPages(person),
    listLinks(person, affiliateId),
    listMaterials(person),
    searchParams,
  ])
  const [code] = affiliate.codes
  const [own] = links
  return (
    <>
      <PageHeading
        title="Code and links"
        lead="The code is what counts. A link takes somebody to the product with the code in hand."
      />
      <div className="space-y-6">
        <CodeCard affiliate={affiliate} large />
        {code && own ? (
          <>
            <Card id="links">
              <CardTitle>Links</CardTitle>
              <CardText className="mb-4">
                Visits are counted without a cookie: each visitor once a day. Sign-ups are customers in
                Stripe, also those on trial; customers have paid.
              </CardText>
              <LinkList links={links} typed={typed} made={one(made)} />
            </Card>
            <Card>
              <CardTitle className="mb-5">A link of its own for each place</CardTitle>
              <LinkForm key={links.length} action={addLink} pages={pages} once={crypto.randomUUID()} />
            </Card>
            <Card>
              <CardTitle className="mb-5">Material</CardTitle>
              <Materials materials={materials} code={code.code} address={own.address} />
            </Card>
            <p className="text-sm text-muted">
              Where a typed code and a link disagree, the code counts.{' '}
              <Link href="/developers" className="link">
                How it works, for developers
              </Link>
            </p>
          </>
        ) : null}
      </div>
    </>
  )
}

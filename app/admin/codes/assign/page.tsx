import type { Metadata } from 'next'
import Link from 'next/link'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Input } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import { requireAdministrator, type Person } from '@/lib/auth'
import { findAtStripe, type FoundCode } from '@/lib/codes/find-at-stripe'
import { TributaryError } from '@/lib/errors'
import { ChooseAffiliate } from '../../_components/choose-affiliate'
import { AssignDecision, HouseDecision } from '../_components/decisions'
import { FoundCodes } from '../_components/found-codes'
import { CodeSections } from '../_components/sections'

export const metadata: Metadata = { title: 'A code that is at Stripe already' }

type Query = Partial<Record<'code' | 'id' | 'q' | 'as' | 'affiliate', string | string[]>>
const path = '/admin/codes/assign'

export default async function AssignPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const asked = one(query.code)
  const found = asked === undefined ? null : await tryFind(person, asked)
  const codes = found !== null && 'codes' in found ? found.codes : []
  const chosen = codes.find(({ promotionCodeId }) => promotionCodeId === one(query.id))
  return (
    <>
      <PageHeading
        title="A code that is at Stripe already"
        lead="Made in Stripe’s dashboard, or before this programme. Say whose it is: customers who used it follow, from the day on which they did."
      />
      <CodeSections current={path} />
      <div className="space-y-6">
        <Card>
          <form action={path} className="max-w-xl space-y-1.5">
            <Label htmlFor="code">Code, promotion code id or coupon id</Label>
            <div className="flex gap-2">
              <Input
                id="code"
                name="code"
                defaultValue={asked}
                required
                autoComplete="off"
                spellCheck={false}
                placeholder="SUMMER or promo_…"
              />
              <Button type="submit" look="secondary">
                Ask Stripe
              </Button>
            </div>
          </form>
          {found !== null && 'problem' in found ? (
            <Notice tone="bad" className="mt-4">
              {found.problem}
            </Notice>
          ) : null}
          {found !== null && 'codes' in found ? (
            <FoundCodes
              asked={asked ?? ''}
              codes={codes}
              chosen={chosen?.promotionCodeId}
              to={(id) => `${withQuery(path, { code: asked, id })}#whose`}
            />
          ) : null}
        </Card>
        {chosen && chosen.ours === null ? <Whose person={person} found={chosen} query={query} /> : null}
      </div>
    </>
  )
}

async function tryFind(person: Person, asked: string): Promise<{ codes: FoundCode[] } | { problem: string }> {
  try {
    return { codes: await findAtStripe(person, asked) }
  } catch (error) {
    if (error instanceof TributaryError) return { problem: error.message }
    throw error
  }
}

function Whose({
  person,
  found,
  query,
}: {
  person: Person & { administrator: { role: string } }
  found: FoundCode
  query: Query
}) {
  if (person.administrator.role !== 'admin')
    return <Notice>Only administrators decide; you see all that they see.</Notice>
  const kind = oneOf(query.as, ['house', 'affiliate'] as const)
  const affiliateId = one(query.affiliate)
  const here = { code: one(query.code), id: found.promotionCodeId }
  const to = (changes: Record<string, string | undefined>) =>
    `${withQuery(path, { ...here, q: one(query.q), ...changes })}#consequences`
  return (
    <>
      <Card id="whose">
        <CardTitle>An affiliate’s</CardTitle>
        <CardText>
          As if <span className="font-mono">{found.code}</span> had always been theirs.
        </CardText>
        <ChooseAffiliate
          person={person}
          path={path}
          keep={here}
          search={one(query.q)}
          chosen={affiliateId}
          to={(id) => to({ as: 'affiliate', affiliate: id })}
        />
      </Card>
      <Card>
        <CardTitle>The house’s own</CardTitle>
        <CardText>A sale, a newsletter: it earns nobody anything and is asked about no more.</CardText>
        <p className="mt-4">
          <Button asChild look={kind === 'house' ? 'primary' : 'secondary'} size="small">
            <Link href={to({ as: 'house' })}>It is the house’s</Link>
          </Button>
        </p>
      </Card>
      {kind === 'affiliate' && affiliateId ? (
        <AssignDecision person={person} found={found} affiliateId={affiliateId} />
      ) : null}
      {kind === 'house' ? (
        <HouseDecision
          person={person}
          about={{ promotionCodeId: found.promotionCodeId }}
          code={found.code}
          kind="house"
        />
      ) : null}
    </>
  )
}

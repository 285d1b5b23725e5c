import type { Metadata } from 'next'
import Link from 'next/link'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import { codeKinds, codeSorts, listCodes, type CodeKind, type CodeSort } from '@/lib/codes/console-queries'
import { Filters } from '../_components/filters'
import { ListSearch } from '../_components/list-search'
import { CodeList } from './_components/code-list'
import { CodeSections } from './_components/sections'

export const metadata: Metadata = { title: 'Codes' }

type Query = Partial<Record<'q' | 'kind' | 'sort' | 'drift' | 'cursor', string | string[]>>

const kinds: Record<CodeKind, string> = {
  works: 'Works',
  paused: 'Paused',
  over: 'Used up or gone',
  look: 'To be looked at',
}

const sorts: Record<CodeSort, string> = { newest: 'Newest', code: 'By code', used: 'Most used' }

const partOfCode = 'Part of a code'

export default async function CodesPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const [search, cursor] = [one(query.q), one(query.cursor)]
  const kind = one(query.drift) ? 'look' : oneOf(query.kind, codeKinds)
  const sort = oneOf(query.sort, codeSorts)
  const page = await listCodes(person, { limit: 25, search, cursor, kind, sort })
  const asked = { q: search, kind, sort }
  const here = (changes: Record<string, string | null>) => withQuery('/admin/codes', { ...asked, ...changes })
  const by = (each: CodeSort, way: 'ascending' | 'descending') =>
    sort === each ? { href: here({ sort: null }), sorted: way } : { href: here({ sort: each }) }
  return (
    <>
      <PageHeading
        title="Codes"
        lead="Each is a promotion code at Stripe. Where Stripe says something else than we do, it stands here."
        aside={
          person.administrator.role === 'admin' ? (
            <Button asChild>
              <Link href="/admin/codes/new">Make a code</Link>
            </Button>
          ) : null
        }
      />
      <CodeSections current="/admin/codes" />
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <Filters
          label="Which"
          items={[
            { href: here({ kind: null }), text: 'All', current: kind === undefined },
            ...codeKinds.map((each) => ({
              href: here({ kind: each }),
              text: kinds[each],
              current: kind === each,
            })),
          ]}
        />
        <div className="mb-5 w-full sm:w-auto">
          <ListSearch path="/admin/codes" label={partOfCode} placeholder={partOfCode} search={search} />
        </div>
      </div>
      <Card className="py-3 sm:py-4">
        {page.codes.length > 0 ? (
          <CodeList
            codes={page.codes}
            sorts={{ code: by('code', 'ascending'), used: by('used', 'descending') }}
          />
        ) : (
          <Empty title="No code like this">
            {kind === 'look'
              ? 'Stripe says of every code what we say.'
              : 'Whoever joins gets theirs at once, and it stands here.'}
          </Empty>
        )}
      </Card>
      <Pager
        first={cursor ? here({}) : null}
        previous={page.previousCursor ? here({ cursor: page.previousCursor }) : null}
        next={page.nextCursor ? here({ cursor: page.nextCursor }) : null}
        words={sort === undefined || sort === 'newest' ? undefined : plainWords}
      />
      <Foot sort={sort ?? 'newest'} here={here} csv={withQuery('/admin/codes/codes.csv', asked)} />
    </>
  )
}

interface FootProps {
  sort: CodeSort
  here: (changes: Record<string, string | null>) => string
  csv: string
}

function Foot({ sort, here, csv }: FootProps) {
  return (
    <div className="mt-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 text-sm text-muted">
      <p>
        Order:{' '}
        {codeSorts.map((each, at) => (
          <span key={each}>
            {at > 0 ? ', ' : null}
            {each === sort ? (
              <span className="font-medium text-ink">{sorts[each]}</span>
            ) : (
              <Link className="underline underline-offset-2 hover:text-ink" href={here({ sort: each })}>
                {sorts[each]}
              </Link>
            )}
          </span>
        ))}
      </p>
      <a className="underline underline-offset-2 hover:text-ink" href={csv} download>
        All of these as CSV
      </a>
    </div>
  )
}

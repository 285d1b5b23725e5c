import Link from 'next/link'
import { Button } from '@/components/ui/button'
import { CardText } from '@/components/ui/card'
import { Input } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { listAffiliates } from '@/lib/affiliates/queries'
import type { Person } from '@/lib/auth'

interface ChooseAffiliateProps {
  person: Person
  /** The page that the search comes back to. */
  path: string
  /** What of its address stays. */
  keep: Readonly<Record<string, string | undefined>>
  search: string | undefined
  chosen: string | undefined
  to: (affiliateId: string) => string
}

/** Finds an affiliate by name and leads on with them. */
export async function ChooseAffiliate({ person, path, keep, search, chosen, to }: ChooseAffiliateProps) {
  const found = search === undefined ? null : await listAffiliates(person, { search, limit: 8 })
  return (
    <>
      <form className="mt-4 flex max-w-md gap-2" action={path}>
        {Object.entries(keep).map(([name, value]) =>
          value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
        )}
        <Label htmlFor="q" className="sr-only">
          Name, handle or e-mail address
        </Label>
        <Input id="q" name="q" type="search" defaultValue={search} placeholder="Name, handle or e-mail" />
        <Button type="submit" look="secondary">
          Search
        </Button>
      </form>
      {found?.affiliates.length === 0 ? (
        <CardText className="mt-4">Nobody matches “{search}”.</CardText>
      ) : null}
      {found && found.affiliates.length > 0 ? (
        <ul className="mt-3 divide-y divide-line">
          {found.affiliates.map(({ id, displayName, email }) => (
            <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
              <span>
                {displayName} <span className="break-all text-muted">{email}</span>
              </span>
              <Button asChild look={id === chosen ? 'primary' : 'secondary'} size="small">
                <Link href={to(id)}>Theirs</Link>
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

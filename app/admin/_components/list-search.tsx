import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Label } from '@/components/ui/label'

/** Narrows a list by what is typed, in the page's address. */
export function ListSearch({
  path,
  label,
  placeholder,
  search,
}: {
  path: string
  label: string
  placeholder: string
  search: string | undefined
}) {
  return (
    <form role="search" action={path} className="flex w-full gap-2 sm:w-auto">
      <Label htmlFor="q" className="sr-only">
        {label}
      </Label>
      <Input
        id="q"
        name="q"
        type="search"
        defaultValue={search}
        placeholder={placeholder}
        className="sm:w-64"
      />
      <Button type="submit" look="secondary">
        Search
      </Button>
    </form>
  )
}

import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Input, inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'

interface ListBarProps {
  path: string
  /** What of the address the fields do not say, and that stays. */
  keep?: Readonly<Record<string, string | undefined>>
  /** The file of what is shown. */
  csv: string
  /** Without the fields' narrowing; null: nothing is narrowed. */
  all?: string | null
  children?: ReactNode
}

/** Fields that narrow and order a list, in the page's address, and the list as a file. */
export function ListBar({ path, keep = {}, csv, all = null, children }: ListBarProps) {
  return (
    <form
      // Made anew with the list: what is typed into a field stays there when a link narrows or orders the list otherwise.
      key={csv}
      role="search"
      action={path}
      className="mb-5 grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap"
      aria-label="Narrow the list"
    >
      {Object.entries(keep).map(([name, value]) =>
        value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
      )}
      {children}
      <div className="col-span-2 flex flex-wrap items-center gap-x-4 gap-y-2 sm:flex-1">
        {children ? (
          <Button type="submit" look="secondary">
            Show
          </Button>
        ) : null}
        {all ? (
          <Link href={all} className="text-sm text-muted hover:text-ink">
            Show all
          </Link>
        ) : null}
        <a href={csv} download className="ml-auto text-sm whitespace-nowrap text-muted hover:text-ink">
          As CSV
        </a>
      </div>
    </form>
  )
}

interface BarFieldProps extends ComponentProps<'input'> {
  name: string
  label: string
}

export function BarField({ name, label, className, type = 'search', ...props }: BarFieldProps) {
  return (
    <div
      className={cn(
        'min-w-0 space-y-1',
        type === 'search' && 'col-span-2 sm:max-w-72 sm:min-w-40 sm:flex-1',
        className,
      )}
    >
      <Label htmlFor={`list-${name}`} className="text-sm font-normal text-muted">
        {label}
      </Label>
      <Input
        id={`list-${name}`}
        name={name}
        type={type}
        className={type === 'search' ? 'w-full' : 'sm:w-40'}
        {...props}
      />
    </div>
  )
}

interface BarChoiceProps {
  name: string
  label: string
  value: string | undefined
  /** The first is what the address says by saying nothing. */
  options: readonly { value: string; text: string }[]
}

export function BarChoice({ name, label, value, options }: BarChoiceProps) {
  return (
    <div className="min-w-0 space-y-1">
      <Label htmlFor={`list-${name}`} className="text-sm font-normal text-muted">
        {label}
      </Label>
      <select
        id={`list-${name}`}
        name={name}
        defaultValue={value ?? ''}
        className={cn(inputClasses, 'sm:w-auto sm:max-w-64')}
      >
        {options.map((option, at) => (
          <option key={option.value} value={at === 0 ? '' : option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Nothing where all is in one. */
export function BarCurrency({
  currencies,
  value,
}: {
  currencies: readonly string[]
  value: string | undefined
}) {
  const all = [...new Set([...currencies, ...(value ? [value] : [])])]
  if (all.length < 2) return null
  return (
    <BarChoice
      name="currency"
      label="Currency"
      value={value}
      options={[
        { value: 'all', text: 'All' },
        ...all.map((each) => ({ value: each, text: each.toUpperCase() })),
      ]}
    />
  )
}

export function BarOrder({ oldestFirst }: { oldestFirst: boolean | undefined }) {
  return (
    <BarChoice
      name="order"
      label="Order"
      value={oldestFirst ? 'oldest' : undefined}
      options={[
        { value: 'newest', text: 'Newest first' },
        { value: 'oldest', text: 'Oldest first' },
      ]}
    />
  )
}

import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

/**
 * A table that stays one at every width: cells marked `wide` leave on small screens, and what they say is repeated in a line
 * under the row's heading (`RowHeading`'s `below`), so that nothing scrolls sideways and nothing loses its meaning.
 */
export function Table({
  caption,
  className,
  children,
}: {
  caption: string
  className?: string
  children: ReactNode
}) {
  return (
    <table className={cn('w-full border-collapse text-left text-[0.9375rem]', className)}>
      <caption className="sr-only">{caption}</caption>
      {children}
    </table>
  )
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead>
      <tr className="border-b border-line text-sm text-muted">{children}</tr>
    </thead>
  )
}

type CellProps = { wide?: boolean; end?: boolean }

const cell = ({ wide, end }: CellProps) =>
  cn('py-3 pr-6 align-top last:pr-0', wide && 'hidden md:table-cell', end && 'text-right')

export interface ColumnSort {
  /** The list ordered by this column; the other way round where it is already. */
  href: string
  /** Absent: it is ordered by something else. */
  sorted?: 'ascending' | 'descending' | undefined
}

/** The head of a column; with `sort` it orders the list. */
export function Column({
  wide,
  end,
  sort,
  className,
  children,
  ...props
}: ComponentProps<'th'> & CellProps & { sort?: ColumnSort | undefined }) {
  return (
    <th
      scope="col"
      aria-sort={sort?.sorted}
      className={cn(cell({ wide, end }), 'py-2 font-normal', className)}
      {...props}
    >
      {sort ? (
        <Link
          href={sort.href}
          className={cn('group whitespace-nowrap hover:text-ink', sort.sorted && 'font-medium text-ink')}
        >
          {children}
          <span
            aria-hidden
            className={cn('ml-1', sort.sorted ? 'text-accent' : 'opacity-40 group-hover:opacity-100')}
          >
            {sort.sorted === undefined ? '↕' : sort.sorted === 'ascending' ? '↑' : '↓'}
          </span>
        </Link>
      ) : (
        children
      )}
    </th>
  )
}

export function Row({ className, ...props }: ComponentProps<'tr'>) {
  return (
    <tr
      className={cn(
        'relative border-b border-line transition-colors last:border-0 has-[a.row-link:hover]:bg-sunken/60',
        className,
      )}
      {...props}
    />
  )
}

/** What the row is about; with `href` the whole row leads there. */
export function RowHeading({
  href,
  below,
  children,
}: {
  href?: string
  below?: ReactNode
  children: ReactNode
}) {
  return (
    <th scope="row" className={cn(cell({}), 'font-normal')}>
      {href ? (
        <Link
          href={href}
          className="row-link font-medium text-ink after:absolute after:inset-0 hover:text-accent"
        >
          {children}
        </Link>
      ) : (
        children
      )}
      {below ? <div className="mt-0.5 text-sm text-muted md:hidden">{below}</div> : null}
    </th>
  )
}

export function Cell({ wide, end, className, ...props }: ComponentProps<'td'> & CellProps) {
  return <td className={cn(cell({ wide, end }), className)} {...props} />
}

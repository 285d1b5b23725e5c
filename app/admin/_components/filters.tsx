import Link from 'next/link'
import { countText } from '@/components/count'
import { cn } from '@/components/ui/cn'

interface FiltersProps {
  label: string
  items: readonly { href: string; text: string; count?: number; current: boolean }[]
}

/** Links that narrow a list; the current one is marked. */
export function Filters({ label, items }: FiltersProps) {
  return (
    <nav aria-label={label} className="mb-5">
      <ul className="flex flex-wrap gap-2">
        {items.map(({ href, text, count, current }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={current ? 'true' : undefined}
              className={cn(
                'inline-flex h-9 items-center gap-2 rounded-full border px-3.5 text-sm transition-colors focus-visible:rounded-full',
                current
                  ? 'border-accent bg-accent text-on-accent'
                  : 'border-line bg-surface text-muted hover:border-edge hover:text-ink',
              )}
            >
              {text}
              {count === undefined ? null : <span className="figures">{countText(count)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

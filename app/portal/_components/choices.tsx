import Link from 'next/link'
import { cn } from '@/components/ui/cn'

interface ChoicesProps {
  label: string
  items: readonly { href: string; text: string; current: boolean }[]
}

/** Links that narrow or order a list; the current one is marked. */
export function Choices({ label, items }: ChoicesProps) {
  return (
    <nav aria-label={label}>
      <ul className="flex flex-wrap gap-2">
        {items.map(({ href, text, current }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={current ? 'true' : undefined}
              className={cn(
                'inline-flex h-9 items-center rounded-full border px-3.5 text-sm transition-colors focus-visible:rounded-full',
                current
                  ? 'border-accent bg-accent text-on-accent'
                  : 'border-line bg-surface text-muted hover:border-edge hover:text-ink',
              )}
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

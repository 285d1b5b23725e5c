'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cn } from '@/components/ui/cn'

/** A link of the navigation that knows when its room is the one being looked at. */
export function NavLink({
  href,
  exact = false,
  children,
}: {
  href: string
  exact?: boolean
  children: string
}) {
  const path = usePathname()
  const here = path === href || (!exact && path.startsWith(`${href}/`))
  return (
    <Link
      href={href}
      aria-current={here ? 'page' : undefined}
      className={cn(
        'inline-flex h-11 items-center border-b-2 px-0.5 text-[0.9375rem] transition-colors sm:h-16',
        here ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink',
      )}
    >
      {children}
    </Link>
  )
}

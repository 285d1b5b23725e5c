'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cn } from '@/components/ui/cn'

export interface RoomLink {
  href: string
  label: string
  exact?: boolean
  /** The rooms behind it, the first of which it leads to. */
  rooms?: readonly RoomLink[]
}

const isHere = (path: string, { href, exact = false }: RoomLink): boolean =>
  path === href || (!exact && path.startsWith(`${href}/`))

const isWithin = (path: string, link: RoomLink): boolean =>
  (link.rooms ?? [link]).some((room) => isHere(path, room))

/** A link of the navigation that knows when its room is the one being looked at. */
export function NavLink({ link }: { link: RoomLink }) {
  const here = isWithin(usePathname(), link)
  return (
    <Link
      href={link.href}
      aria-current={here ? (link.rooms ? 'true' : 'page') : undefined}
      className={cn(
        'inline-flex h-11 items-center border-b-2 px-0.5 text-[0.9375rem] transition-colors sm:h-16',
        here ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink',
      )}
    >
      {link.label}
    </Link>
  )
}

/** The rooms beside the one being looked at, where it has any. */
export function RoomsBeside({ links }: { links: readonly RoomLink[] }) {
  const path = usePathname()
  const section = links.find((link) => link.rooms && isWithin(path, link))
  if (!section?.rooms) return null
  return (
    <nav aria-label={section.label} className="border-b border-line">
      <ul className="mx-auto flex max-w-6xl gap-5 overflow-x-auto px-4 whitespace-nowrap [scrollbar-width:none] sm:gap-6 sm:px-6">
        {section.rooms.map((room) => {
          const here = isHere(path, room)
          return (
            <li key={room.href}>
              <Link
                href={room.href}
                aria-current={here ? 'page' : undefined}
                className={cn(
                  'inline-flex h-11 items-center text-sm transition-colors',
                  here ? 'font-medium text-ink' : 'text-muted hover:text-ink',
                )}
              >
                {room.label}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

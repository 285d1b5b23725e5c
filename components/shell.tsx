import Link from 'next/link'
import type { ReactNode } from 'react'
import { Brand } from '@/components/brand'
import { ListKeys } from '@/components/list-keys'
import { NavLink, RoomsBeside, type RoomLink } from '@/components/nav-link'
import { Moment } from '@/components/time'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'

export type { RoomLink }

interface ShellProps {
  home: string
  programmeName: string
  /** The programme's own colour and picture; absent, or null: Tributary's. */
  looks?: { accentStyle: string | null; logoId: number | null } | null
  /** What the room is called beside the programme's name. */
  room?: string
  links: RoomLink[]
  /** Who is signed in, and how they leave. */
  person?: { email: string; signOut: () => Promise<void> }
  /** On sandbox books: the programme's time. */
  sandboxNow?: Date | undefined
  /** What must be seen on every page, above all else. */
  above?: ReactNode
  /** Pages that fill the whole width themselves. */
  bare?: boolean
  children: ReactNode
}

/** More links than these stand in a row of their own. */
const mostBeside = 6

/** The frame of every room: who, where, where to. */
export function Shell({
  home,
  programmeName,
  looks = null,
  room,
  links,
  person,
  sandboxNow,
  above,
  bare = false,
  children,
}: ShellProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      {looks?.accentStyle ? <style>{looks.accentStyle}</style> : null}
      <ListKeys />
      {above}
      {sandboxNow ? <SandboxStrip now={sandboxNow} /> : null}
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-8 px-4 sm:px-6">
          <div className="flex h-14 min-w-0 flex-1 items-center sm:h-16 sm:flex-none">
            <Brand
              href={home}
              name={programmeName}
              room={room}
              logo={looks?.logoId ? `/logo/${looks.logoId}` : null}
            />
          </div>
          <nav
            aria-label={room ?? 'Main'}
            className={cn(
              'order-last -mx-4 w-[calc(100%+2rem)] overflow-x-auto px-4 [scrollbar-width:none]',
              links.length > mostBeside
                ? 'sm:-mx-6 sm:w-[calc(100%+3rem)] sm:px-6'
                : 'sm:order-none sm:mx-0 sm:w-auto sm:flex-1 sm:px-0',
            )}
          >
            <ul className="flex gap-5 whitespace-nowrap sm:gap-6">
              {links.map((link) => (
                <li key={link.href}>
                  <NavLink link={link} />
                </li>
              ))}
            </ul>
          </nav>
          {person ? (
            <form action={person.signOut} className="ml-auto flex items-center gap-3">
              <span className="hidden max-w-52 truncate text-sm text-muted lg:inline" title={person.email}>
                {person.email}
              </span>
              <Button type="submit" look="quiet" size="small" className="-mr-3">
                Sign out
              </Button>
            </form>
          ) : null}
        </div>
      </header>
      <RoomsBeside links={links} />
      <main
        id="content"
        tabIndex={-1}
        className={cn('w-full flex-1 outline-none', !bare && 'mx-auto max-w-6xl px-4 py-8 sm:px-6 sm:py-12')}
      >
        {children}
      </main>
      <Footer />
    </div>
  )
}

function SandboxStrip({ now }: { now: Date }) {
  return (
    <aside aria-label="Sandbox" className="bg-wait-soft text-[0.8125rem] text-wait">
      <p className="mx-auto flex max-w-6xl flex-wrap gap-x-2 px-4 py-1.5 sm:px-6">
        <span>Sandbox, no real money.</span>
        <span>
          It is <Moment at={now} />.
        </span>
        <Link href="/sandbox" className="font-medium underline underline-offset-2">
          Play the customer
        </Link>
      </p>
    </aside>
  )
}

export function Footer() {
  return (
    <footer className="border-t border-line">
      <p className="mx-auto max-w-6xl px-4 py-6 text-sm text-muted sm:px-6">
        All days are UTC days. Amounts are exact to the smallest coin of their currency.
      </p>
    </footer>
  )
}

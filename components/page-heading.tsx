import Link from 'next/link'
import type { ReactNode } from 'react'

interface PageHeadingProps {
  title: ReactNode
  /** One sentence under it. */
  lead?: ReactNode
  /** The list this page belongs to. */
  back?: { href: string; label: string }
  aside?: ReactNode
}

export function PageHeading({ title, lead, back, aside }: PageHeadingProps) {
  return (
    <div className="mb-8 flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
      <div className="max-w-2xl min-w-0">
        {back ? (
          <p className="mb-3 text-sm">
            <Link href={back.href} className="text-muted hover:text-ink">
              <span aria-hidden="true">← </span>
              {back.label}
            </Link>
          </p>
        ) : null}
        <h1 className="text-[1.75rem] leading-tight font-semibold tracking-[-0.022em] sm:text-[2rem]">
          {title}
        </h1>
        {lead ? <p className="mt-2 text-muted">{lead}</p> : null}
      </div>
      {aside}
    </div>
  )
}

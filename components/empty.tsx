import type { ReactNode } from 'react'
import { Mark } from '@/components/brand'

/** In the place of a list that has nothing yet: says why, and what will bring the first row. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center px-4 py-12 text-center">
      <Mark className="size-8 opacity-60" />
      <p className="mt-4 max-w-full font-medium break-words">{title}</p>
      {children ? <p className="mt-1 max-w-md text-[0.9375rem] text-muted">{children}</p> : null}
      {action ? <div className="mt-5">{action}</div> : null}
    </div>
  )
}

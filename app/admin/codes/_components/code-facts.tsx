import type { ReactNode } from 'react'

/** Terms and what is true of them, side by side where there is room. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="mt-4 grid gap-x-8 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">{children}</dl>
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="mt-0.5 text-[0.9375rem] break-words">{children}</dd>
    </div>
  )
}

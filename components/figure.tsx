import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'

/** Figures side by side, as a description list: the term, the amount, what it means. */
export function Figures({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <dl className={cn('grid gap-px overflow-hidden rounded-2xl border border-line bg-line', className)}>
      {children}
    </dl>
  )
}

interface FigureProps {
  label: string
  /** What it means, in one line. */
  meaning?: ReactNode
  leading?: boolean
  children: ReactNode
}

export function Figure({ label, meaning, leading = false, children }: FigureProps) {
  return (
    <div className="min-w-0 bg-surface p-5">
      <dt className="text-sm text-muted">{label}</dt>
      <dd
        className={cn(
          'figures mt-1 font-semibold tracking-[-0.02em]',
          leading ? 'text-4xl text-accent' : 'text-2xl',
        )}
      >
        {children}
      </dd>
      {meaning ? <dd className="mt-1.5 text-sm text-muted">{meaning}</dd> : null}
    </div>
  )
}

import type { ComponentProps } from 'react'
import { cn } from './cn'

export function Card({ className, ...props }: ComponentProps<'section'>) {
  return (
    <section
      className={cn('min-w-0 rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-7', className)}
      {...props}
    />
  )
}

export function CardTitle({ className, children, ...props }: ComponentProps<'h2'>) {
  return (
    <h2 className={cn('text-lg font-semibold tracking-tight', className)} {...props}>
      {children}
    </h2>
  )
}

export function CardText({ className, ...props }: ComponentProps<'p'>) {
  return <p className={cn('mt-1 text-[0.9375rem] text-muted', className)} {...props} />
}

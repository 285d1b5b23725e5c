import type { ComponentProps } from 'react'
import { cn } from './cn'

/** 16 px on small screens: Safari zooms into anything smaller. */
export const inputClasses =
  'h-11 w-full min-w-0 rounded-lg border border-edge bg-surface px-3 text-base text-ink placeholder:text-muted focus-visible:rounded-lg focus-visible:border-accent focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-minus sm:text-[0.9375rem]'

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(inputClasses, className)} {...props} />
}

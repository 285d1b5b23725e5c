import { cva, type VariantProps } from 'class-variance-authority'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn'

const button = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors focus-visible:rounded-lg disabled:cursor-default disabled:opacity-55 aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        primary: 'bg-accent text-on-accent hover:bg-accent-strong',
        secondary: 'border border-edge/60 bg-surface text-ink hover:border-edge hover:bg-sunken',
        quiet: 'text-muted hover:bg-sunken hover:text-ink',
        danger: 'border border-edge/60 bg-surface text-minus hover:border-minus hover:bg-minus-soft',
      },
      size: {
        small: 'h-9 px-3 text-sm',
        normal: 'h-11 px-4 text-[0.9375rem]',
        large: 'h-12 px-6 text-base',
      },
    },
    defaultVariants: { look: 'primary', size: 'normal' },
  },
)

type ButtonProps = ComponentProps<'button'> & VariantProps<typeof button> & { asChild?: boolean }

/** A button; with `asChild` its child (a link, say) takes the look. */
export function Button({ className, look, size, asChild = false, type, ...props }: ButtonProps) {
  const classes = cn(button({ look, size }), className)
  if (asChild) return <Slot.Root className={classes} {...props} />
  return <button type={type ?? 'button'} className={classes} {...props} />
}

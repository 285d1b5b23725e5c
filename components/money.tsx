import { cn } from '@/components/ui/cn'
import { formatMoney, formatRate } from '@/lib/money'
import { readersLocale } from './reader'

type MoneyProps = {
  minor: bigint
  currency: string
  /** Shows a plus sign too: for lines that move a balance. */
  signed?: boolean
  className?: string
}

/** An amount with its currency; what goes back is red and carries a real minus. */
export function Money({ minor, currency, signed = false, className }: MoneyProps) {
  return (
    <span className={cn('figures', minor < 0n && 'text-minus', className)}>
      {moneyText(minor, currency, signed)}
    </span>
  )
}

/** The same as text, for titles and labels. */
export function moneyText(minor: bigint, currency: string, signed = false): string {
  const text = formatMoney(minor, currency, readersLocale()).replace('-', '−')
  return signed && minor > 0n ? `+${text}` : text
}

/** Basis points as per cent. */
export function rateText(bps: number): string {
  return formatRate(bps, readersLocale())
}

import { cn } from '@/components/ui/cn'

interface SlipStep {
  label: string
  formula: string
  value: string
}

const totals = new Set(['Total without tax', 'Net', 'Commission', 'Remaining'])

/** The arithmetic of a commission, line by line, to be redone by hand. */
export function Slip({ steps }: { steps: readonly SlipStep[] }) {
  const earnedAt = steps.findIndex(({ label }) => label === 'Commission')
  return (
    <ol className="space-y-3">
      {steps.map(({ label, formula, value }, index) => (
        <li
          key={`${label} ${formula}`}
          className={cn(
            totals.has(label) && 'border-t border-line pt-3',
            label === 'Commission' && 'rounded-lg border border-accent-line bg-accent-soft px-3 py-2.5 -mx-3',
          )}
        >
          <p className="flex items-baseline gap-2">
            <span className={cn('min-w-0', totals.has(label) && 'font-semibold')}>{label}</span>
            <span aria-hidden="true" className="min-w-4 flex-1 border-b border-dotted border-edge/60" />
            <span
              className={cn(
                'max-w-[65%] text-right font-mono tabular-nums',
                totals.has(label) && 'font-semibold',
                index > earnedAt && earnedAt >= 0 && /[-−]/.test(value) && 'text-minus',
              )}
            >
              {value.replace('-', '−')}
            </span>
          </p>
          <p className="mt-0.5 pr-8 font-mono text-[0.8125rem] leading-relaxed break-words text-muted">
            {formula}
          </p>
        </li>
      ))}
    </ol>
  )
}

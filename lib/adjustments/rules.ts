import { formatMoney, isCurrency } from '@/lib/money'

const mostMinor = 10n ** 12n

/** What is wrong with it, by its field, in words; empty: nothing. `amountMinor` null: what was typed is no amount. */
export function problemsOf(asked: {
  currency: string
  amountMinor: bigint | null
}): Partial<Record<'currency' | 'amount', string>> {
  const { currency, amountMinor } = asked
  if (!isCurrency(currency)) return { currency: 'A currency that there is, such as USD, is wanted.' }
  if (amountMinor === null || amountMinor <= 0n)
    return { amount: 'An amount above zero is wanted, such as 12.50.' }
  return amountMinor > mostMinor ? { amount: `At most ${formatMoney(mostMinor, currency)} is wanted.` } : {}
}

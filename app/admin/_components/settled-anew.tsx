import { Refresh } from '@/app/_components/refresh'
import { Notice } from '@/components/ui/notice'
import type { Person } from '@/lib/auth'
import { countSettlingAnew } from '@/lib/intake/settling-anew'

/** After a decision: that what hangs on it is settled anew, and how far that has come. */
export async function SettledAnew(props: { person: Person; what: string; className?: string }) {
  const left = await countSettlingAnew(props.person)
  const far =
    left === 0
      ? 'All of that is done.'
      : `${left.toLocaleString('en')} ${left === 1 ? 'customer or payment is' : 'customers and payments are'} still to come.`
  return (
    <Notice tone="good" className={props.className}>
      Decided. {props.what} settled anew in the background. {far}
      {left > 0 ? <Refresh /> : null}
    </Notice>
  )
}

import { ActionButton } from '@/components/action-button'
import { Moment } from '@/components/time'
import { getAffiliate } from '@/lib/affiliates/queries'
import type { Actor } from '@/lib/actor'
import { stopWatching } from '../watching/actions'

/** Says on every page of the portal that it is seen and not used. */
export async function Watching({ watcher }: { watcher: Extract<Actor, { kind: 'watcher' }> }) {
  const { displayName } = await getAffiliate(watcher, watcher.affiliateId)
  return (
    <aside
      aria-label="Looking only"
      className="z-20 sm:sticky sm:top-0 border-b border-wait/35 bg-wait-soft text-[0.9375rem] text-ink"
    >
      <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-2.5 sm:px-6">
        <p>
          You see the portal as <strong className="font-semibold">{displayName}</strong> does. Nothing can be
          changed here. It ends by itself at <Moment at={watcher.until} />, and is in the audit log.
        </p>
        <ActionButton action={stopWatching} fields={{}} look="secondary" size="small">
          Stop looking
        </ActionButton>
      </div>
    </aside>
  )
}

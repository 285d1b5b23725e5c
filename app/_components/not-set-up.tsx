import { Mark } from '@/components/brand'

/** Before the first start has written the programme's terms. */
export function NotSetUpNote() {
  return (
    <div className="mx-auto max-w-md px-4 py-24">
      <Mark className="size-10" />
      <h1 className="mt-5 text-2xl font-semibold tracking-tight">The programme is being set up</h1>
      <p className="mt-2 text-muted">
        Its terms are not written down yet. At the first start this takes a moment; then this page shows them.
      </p>
    </div>
  )
}

import { Mark } from '@/components/brand'

/** Before the first start has written the programme's terms. */
export function NotSetUp() {
  return (
    <main id="content" className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-4">
      <Mark className="size-10" />
      <h1 className="mt-5 text-2xl font-semibold tracking-tight">The programme is being set up</h1>
      <p className="mt-2 text-muted">
        Its terms are not written down yet. This takes a moment at the first start; then this page shows them.
      </p>
    </main>
  )
}

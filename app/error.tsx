'use client'

import { Mark } from '@/components/brand'
import { Button } from '@/components/ui/button'

/** Whatever went wrong: nothing of it is shown but a number by which the log knows it. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <main id="content" className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-4 py-16">
      <Mark className="size-10" />
      <h1 className="mt-6 text-3xl font-semibold tracking-tight">That did not work</h1>
      <p className="mt-3 text-muted">
        The mistake is ours, and nothing in the books was harmed by it. Try again in a moment.
      </p>
      <div className="mt-8">
        <Button onClick={reset}>Try again</Button>
      </div>
      {error.digest ? <p className="mt-8 font-mono text-sm text-muted">{error.digest}</p> : null}
    </main>
  )
}

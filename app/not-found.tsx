import type { Metadata } from 'next'
import Link from 'next/link'
import { Brand } from '@/components/brand'
import { Button } from '@/components/ui/button'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <main id="content" className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-4 py-16">
      <Brand href="/" name="Tributary" />
      <h1 className="mt-8 text-3xl font-semibold tracking-tight">There is no such page</h1>
      <p className="mt-3 text-muted">
        Either the address is not quite right, or what it leads to is not for the account you are signed in
        with.
      </p>
      <div className="mt-8 flex flex-wrap gap-3">
        <Button asChild>
          <Link href="/">To the beginning</Link>
        </Button>
        <Button asChild look="secondary">
          <Link href="/sign-in">Sign in</Link>
        </Button>
      </div>
    </main>
  )
}

import type { Metadata } from 'next'
import { one } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { confirm } from './actions'

export const metadata: Metadata = { title: 'Change of address' }

const done: Record<string, string> = {
  half: 'Thank you. The address changes as soon as the other mailbox has said yes too.',
  changed: 'Both have said yes: from now on you sign in with the new address.',
}

/** A page with a button: mail scanners open links, they press no buttons. */
export default async function ConfirmAddressPage({
  searchParams,
}: {
  searchParams: Promise<Partial<Record<'token' | 'done', string | string[]>>>
}) {
  const query = await searchParams
  const token = one(query.token)
  const text = done[one(query.done) ?? '']
  return (
    <div className="mx-auto max-w-xl px-4 py-16 sm:px-6">
      <h1 className="text-[1.75rem] leading-tight font-semibold tracking-tight">Change of address</h1>
      <p role="status" className="mt-3 mb-6 text-muted">
        {text ?? (token ? 'Say yes from this mailbox.' : 'This link is not whole: open it from the letter.')}
      </p>
      {token && !text ? (
        <ActionButton action={confirm} fields={{ token }}>
          Yes, change it
        </ActionButton>
      ) : null}
    </div>
  )
}

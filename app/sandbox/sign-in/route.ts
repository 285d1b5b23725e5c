import { notFound } from 'next/navigation'
import { getAffiliate } from '@/lib/affiliates/queries'
import { signInAtOnce } from '@/lib/auth/complete-sign-in'
import { requireSameOrigin } from '@/lib/auth/same-origin'
import { findSandboxPeople } from '@/lib/auth/sandbox-people'
import { TributaryError } from '@/lib/errors'
import { requireSandbox } from '../_components/sandbox'

/**
 * Signs a newcomer in, in one click, in the place of an administrator or of the affiliate `who`, and goes on to `next`. The very
 * way of a mailed link, redeemed at once. On all other books there is no such address.
 */
export async function POST(request: Request): Promise<Response> {
  const { player } = await requireSandbox()
  try {
    requireSameOrigin(request.headers)
    const form = await request.formData()
    const who = form.get('who')
    const next = form.get('next')
    const email =
      who === 'administrator'
        ? (await findSandboxPeople('')).administrator?.email
        : typeof who === 'string'
          ? (await getAffiliate(player, who)).email
          : undefined
    if (email === undefined) notFound()
    return await signInAtOnce(request, email, typeof next === 'string' ? next : '/')
  } catch (error) {
    if (error instanceof TributaryError) return new Response(error.message, { status: error.status })
    throw error
  }
}

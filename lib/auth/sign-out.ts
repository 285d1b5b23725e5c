'use server'

import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { endCurrentSession } from './next-auth'
import { requireSameOrigin } from './same-origin'

/** For `<form action={signOut}>`: ends the session in the database and takes the cookie away. */
export async function signOut(): Promise<void> {
  requireSameOrigin(await headers())
  await endCurrentSession({ redirect: false })
  redirect('/sign-in?signed-out=yes')
}

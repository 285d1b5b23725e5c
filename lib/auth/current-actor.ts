import 'server-only'
import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { database } from '@/db'
import type { AdministratorRole } from '@/lib/actor'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { actorOfSession } from './actor-of-session'
import type { Person } from './people'
import { findWatcher, type Watcher } from './portal-views'
import { safePath } from './safe-path'
import { sessionCookieName } from './session-cookie'

/** Who asks; null: nobody signed in. Looked up once a request and never kept longer. */
export const currentActor = cache(async (): Promise<Person | null> => {
  const token = await currentSessionToken()
  return token ? actorOfSession(database(), token, wallNow()) : null
})

/** Of the browser that asks; empty: none. */
export async function currentSessionToken(): Promise<string> {
  return (await cookies()).get(sessionCookieName())?.value ?? ''
}

/**
 * For pages and actions: somebody signed in; others are sent to sign in and come back.
 * @param path of the page that asks, where they come back to
 */
async function requirePerson(path = '/'): Promise<Person> {
  return (await currentActor()) ?? redirect(`/sign-in?${new URLSearchParams({ next: safePath(path) })}`)
}

/**
 * For the portal's pages: an affiliate, or an administrator who looks at the portal of one. Who only works in the console is sent there,
 * others see that there is no such page.
 */
export async function requireAffiliatePerson(
  path = '/portal',
): Promise<(Person & { affiliateId: string }) | Watcher> {
  const person = await requirePerson(path)
  return (await currentWatcher()) ?? affiliateOf(person)
}

/** For the portal's actions: an affiliate themselves. @throws TributaryError forbidden for who only looks */
export async function requireActingAffiliate(path = '/portal'): Promise<Person & { affiliateId: string }> {
  const person = await requirePerson(path)
  if (await currentWatcher())
    throw new TributaryError('forbidden', 'You only look at this portal: nothing can be changed in it.')
  return affiliateOf(person)
}

/** The administrator who looks at a portal in this session; null: nobody does. */
const currentWatcher = cache(async (): Promise<Watcher | null> => {
  const person = await currentActor()
  return person ? findWatcher(person, await currentSessionToken(), wallNow()) : null
})

function affiliateOf(person: Person): Person & { affiliateId: string } {
  const { affiliateId } = person
  if (affiliateId !== null) return { ...person, affiliateId }
  if (person.administrator ?? person.awaiting) redirect('/admin')
  notFound()
}

/** For the console's deeds. @throws TributaryError forbidden for administrators whose role may not; for all others as for its pages */
export async function requireActingAdministrator(
  ...roles: [AdministratorRole, ...AdministratorRole[]]
): Promise<Person & { administrator: { id: string; role: AdministratorRole } }> {
  const person = await requireAdministrator()
  const { role } = person.administrator
  if (roles.includes(role)) return person
  const who = roles.includes('finance') ? 'somebody from finance or an administrator' : 'an administrator'
  throw new TributaryError('forbidden', `Your role here is ${role}: this takes ${who}. Nothing was done.`)
}

/** For the frame of the console and for setting a second factor up: in the console, or as soon as they have given one. */
export async function requireConsolePerson(path = '/admin'): Promise<Person> {
  const person = await requirePerson(path)
  if (!(person.administrator ?? person.awaiting)) notFound()
  return person
}

/**
 * For the console: somebody in one of these roles, any if none is named. Who has not given a second factor in this session is asked for it
 * first; for all others there is no such page.
 */
export async function requireAdministrator(
  ...roles: AdministratorRole[]
): Promise<Person & { administrator: { id: string; role: AdministratorRole } }> {
  const person = await requirePerson('/admin')
  const { administrator } = person
  if (person.awaiting) redirect('/admin/second-factor')
  if (administrator === null || (roles.length > 0 && !roles.includes(administrator.role))) notFound()
  return { ...person, administrator }
}

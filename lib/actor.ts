import { TributaryError } from './errors'

export type AdministratorRole = 'admin' | 'finance' | 'viewer'

/** Who is acting: the first argument of every mutation and of every read that is not public. */
export type Actor =
  | {
      kind: 'person'
      userId: string
      email: string
      /** null: not in the console, or without a second factor in this session. */
      administrator: { id: string; role: AdministratorRole } | null
      /** What they are in the console as soon as this session has a second factor; null or absent: nothing. */
      awaiting?: { id: string; role: AdministratorRole } | null
      /** null: no affiliate. */
      affiliateId: string | null
      /** When a second factor was last given in this session; null or absent: never. */
      secondFactorAt?: Date | null
    }
  | {
      /** An administrator who sees the portal as an affiliate does, for a while, and can change nothing there. */
      kind: 'watcher'
      administratorId: string
      email: string
      affiliateId: string
      until: Date
    }
  | { kind: 'api_key'; id: string; scope: 'admin' | 'read' }
  | { kind: 'system'; job: string }
  | { kind: 'webhook'; eventId: string }

/** @throws TributaryError forbidden unless the actor may run the programme in one of these roles. The system's own jobs may. */
export function requireRole(actor: Actor, ...roles: [AdministratorRole, ...AdministratorRole[]]): void {
  if (actor.kind === 'system') return
  if (actor.kind === 'person' && actor.administrator && roles.includes(actor.administrator.role)) return
  if (actor.kind === 'api_key' && (actor.scope === 'admin' || roles.includes('viewer'))) return
  throw new TributaryError('forbidden', `This needs the role ${roles.join(' or ')}.`)
}

export const secondFactorSeconds = 300

/**
 * For what cannot be taken back: a person in one of these roles, with a second factor given within the last five minutes.
 * @param now the wall's clock
 * @returns who, and how many seconds ago the second factor was given
 * @throws TributaryError forbidden; its field is `code` where only the second factor is missing
 */
export function requireSecondFactor(
  actor: Actor,
  now: Date,
  ...roles: [AdministratorRole, ...AdministratorRole[]]
): { administratorId: string; ageSeconds: number } {
  requireRole(actor, ...roles)
  if (actor.kind !== 'person' || actor.administrator === null)
    throw new TributaryError('forbidden', 'This needs a person, with a second factor.')
  const given = actor.secondFactorAt?.getTime()
  const ageSeconds = given === undefined ? Number.NaN : Math.floor((now.getTime() - given) / 1000)
  if (!(ageSeconds >= 0 && ageSeconds < secondFactorSeconds))
    throw new TributaryError('forbidden', 'Your second factor is needed, given within five minutes.', 'code')
  return { administratorId: actor.administrator.id, ageSeconds }
}

/** Everybody in the console, and read keys. */
export function requireViewer(actor: Actor): void {
  requireRole(actor, 'viewer', 'finance', 'admin')
}

/** In whose portal somebody is, to look only: their own, or the one they see as its affiliate does. Null: in none. */
export function portalOf(actor: Actor): string | null {
  return actor.kind === 'person' || actor.kind === 'watcher' ? actor.affiliateId : null
}

/** @throws TributaryError not_found where neither the affiliate nor the console asks: a stranger's id does not exist. */
export function requireAffiliate(actor: Actor, affiliateId: string): void {
  if (portalOf(actor) === affiliateId) return
  try {
    requireViewer(actor)
  } catch {
    throw new TributaryError('not_found', 'There is no such affiliate.')
  }
}

/**
 * For what is an affiliate's to change: they themselves, else an administrator.
 * @throws TributaryError not_found for a stranger, forbidden for who may only look
 */
export function requireOwner(actor: Actor, affiliateId: string): void {
  if (actor.kind === 'person' && actor.affiliateId === affiliateId) return
  requireAffiliate(actor, affiliateId)
  if (actor.kind === 'watcher')
    throw new TributaryError('forbidden', 'You only look at this portal: nothing can be changed in it.')
  requireRole(actor, 'admin')
}

/** How the audit log names an actor. */
export function actorName(actor: Actor): { kind: Exclude<Actor['kind'], 'watcher'>; id: string } {
  switch (actor.kind) {
    case 'watcher':
      return { kind: 'person', id: actor.administratorId }
    case 'person':
      return {
        kind: 'person',
        id: actor.administrator?.id ?? actor.awaiting?.id ?? actor.affiliateId ?? actor.userId,
      }
    case 'api_key':
      return { kind: 'api_key', id: actor.id }
    case 'system':
      return { kind: 'system', id: actor.job }
    case 'webhook':
      return { kind: 'webhook', id: actor.eventId }
  }
}

import { TributaryError } from './errors'

export type AdministratorRole = 'admin' | 'finance' | 'viewer'

/** Who is acting: the first argument of every mutation and of every read that is not public. */
export type Actor =
  | {
      kind: 'person'
      userId: string
      email: string
      /** null: not in the console. */
      administrator: { id: string; role: AdministratorRole } | null
      /** null: no affiliate. */
      affiliateId: string | null
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

/** Everybody in the console, and read keys. */
export function requireViewer(actor: Actor): void {
  requireRole(actor, 'viewer', 'finance', 'admin')
}

/** @throws TributaryError not_found where neither the affiliate nor the console asks: a stranger's id does not exist. */
export function requireAffiliate(actor: Actor, affiliateId: string): void {
  if (actor.kind === 'person' && actor.affiliateId === affiliateId) return
  try {
    requireViewer(actor)
  } catch {
    throw new TributaryError('not_found', 'There is no such affiliate.')
  }
}

/** How the audit log names an actor. */
export function actorName(actor: Actor): { kind: Actor['kind']; id: string } {
  switch (actor.kind) {
    case 'person':
      return { kind: 'person', id: actor.administrator?.id ?? actor.affiliateId ?? actor.userId }
    case 'api_key':
      return { kind: 'api_key', id: actor.id }
    case 'system':
      return { kind: 'system', id: actor.job }
    case 'webhook':
      return { kind: 'webhook', id: actor.eventId }
  }
}

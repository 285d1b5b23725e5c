import 'server-only'
import { createHash } from 'node:crypto'

const names = 'Ada Grace Edsger Barbara Donald Radia Alan Hedy Dennis Katherine Niklaus Frances'.split(' ')
const families = 'Moreau Tanaka Okafor Silva Novak Haddad Larsen Kaya Rossi Petrov Khan Weber'.split(' ')

/**
 * Somebody to be, so that nobody has to think of a name and an address: the same as long as `after`, the latest payment, is the
 * same, and then somebody else.
 */
export function newcomer(after: string): { name: string; email: string } {
  const digest = createHash('sha256').update(after).digest()
  const first = names[digest.readUInt16BE(0) % names.length] ?? 'Ada'
  const last = families[digest.readUInt16BE(2) % families.length] ?? 'Moreau'
  const address = `${first}.${last}${digest.readUInt16BE(4) % 1000}`.toLowerCase()
  // example.net is kept for examples by RFC 2606: no such mail ever arrives anywhere.
  return { name: `${first} ${last}`, email: `${address}@example.net` }
}

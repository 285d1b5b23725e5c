import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new identifier: `prefix_` and 100 random bits in Crockford base 32. */
export function newId(prefix: 'aff' | 'run' | 'pay' | 'key' | 'adm' | 'dec' | 'lnk' | 'grp' | 'adj'): string {
  let id = ''
  for (const byte of randomBytes(20)) id += alphabet[byte & 31]
  return `${prefix}_${id}`
}

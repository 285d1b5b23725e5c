import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new identifier: `prefix_` and 100 random bits in Crockford base 32. */
export function newId(
  prefix:
    | 'aff'
    | 'run'
    | 'pay'
    | 'key'
    | 'adm'
    | 'dec'
    | 'lnk'
    | 'grp'
    | 'adj'
    | 'bat'
    | 'imp'
    | 'inv'
    | 'view',
): string {
  return `${prefix}_${randomText(20)}`
}

/** Five random bits a character. */
export function randomText(length: number): string {
  let text = ''
  for (const byte of randomBytes(length)) text += alphabet[byte & 31]
  return text
}

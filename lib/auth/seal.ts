import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '@/lib/env'

const cipher = 'aes-256-gcm'

/** A key for one purpose, from AUTH_SECRET: a copy of the database alone opens nothing. */
function keyFor(purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', env().authSecret, 'tributary', purpose, 32))
}

export function seal(text: string, purpose: string): string {
  const nonce = randomBytes(12)
  const sealing = createCipheriv(cipher, keyFor(purpose), nonce)
  const body = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()])
  return Buffer.concat([nonce, sealing.getAuthTag(), body]).toString('base64url')
}

/** Null where it was sealed under another AUTH_SECRET, or is not whole. */
export function unseal(sealed: string, purpose: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  try {
    const opening = createDecipheriv(cipher, keyFor(purpose), bytes.subarray(0, 12))
    opening.setAuthTag(bytes.subarray(12, 28))
    return Buffer.concat([opening.update(bytes.subarray(28)), opening.final()]).toString('utf8')
  } catch {
    return null
  }
}

import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, safe in an address. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored instead of a token. The tokens are random in full, so nothing slower than SHA-256 is called for. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

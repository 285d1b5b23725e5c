import type { Month } from '@/lib/calendar'

/** A month out of an address; null for what is none. */
export function monthIn(text: string | undefined): Month | null {
  return text !== undefined && /^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? (text as Month) : null // by the pattern
}

import { TributaryError } from '@/lib/errors'

/** What a page asks for by an id in its address; null where there is no such thing. */
export async function findOrNone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof TributaryError && error.code === 'not_found') return null
    throw error
  }
}

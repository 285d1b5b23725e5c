import { expect } from 'vitest'
import type { PageEnds, PageWanted } from '@/lib/keyset'

export type Listing = (page: PageWanted) => Promise<{ ids: string[] } & PageEnds>

/** Read page by page it shows each row once, in the order of the whole, and the same on the way back. */
export async function expectPaged(list: Listing): Promise<string[]> {
  const whole = (await list({ limit: 100 })).ids
  expect(whole.length).toBeGreaterThan(3)
  const there = [await list({ limit: 2 })]
  for (let last = there[0]; last?.nextCursor; last = there.at(-1))
    there.push(await list({ limit: 2, cursor: last.nextCursor }))
  expect(there.flatMap(({ ids }) => ids)).toEqual(whole)
  expect(there[0]?.previousCursor).toBeNull()
  const back = [there.at(-1)]
  for (let first = back[0]; first?.previousCursor; first = back[0])
    back.unshift(await list({ limit: 2, cursor: first.previousCursor }))
  expect(back.flatMap((page) => page?.ids ?? [])).toEqual(whole)
  expect(back[0]?.nextCursor).toBe(there[0]?.nextCursor)
  return whole
}

/** Cursors that none of our pages gave. */
export const strangeCursors = [
  'nonsense',
  Buffer.from('next["2026-13-45T99:00:00.000000Z","x","y"]').toString('base64url'),
  Buffer.from('next["2026-01-01T00:00:00.000000Z"]').toString('base64url'),
  Buffer.from('back[1,2,3]').toString('base64url'),
  Buffer.from('next["\\u0000","\\u0000","\\u0000"]').toString('base64url'),
]

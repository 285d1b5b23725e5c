import { describe, expect, it } from 'vitest'
import { previousAttributes } from '@/lib/stripe-sandbox/machine/difference'

describe('previous attributes', () => {
  it('hold the former values of what changed, of objects only the parts that did', () => {
    const before = { status: 'open', metadata: { a: '1', b: '2' }, list: [1], same: { deep: [1] } }
    const after = { status: 'paid', metadata: { a: '1', c: '3' }, list: [1, 2], same: { deep: [1] } }
    expect(previousAttributes(before, after)).toEqual({
      status: 'open',
      metadata: { b: '2', c: null },
      list: [1],
    })
  })

  it('are null when nothing changed', () => {
    expect(previousAttributes({ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2 }] } })).toBeNull()
  })
})

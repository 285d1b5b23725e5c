import { parseArgs } from 'node:util'
import { describe, expect, it } from 'vitest'
import { CannotGoOn, lineOf } from './terminal'

const thrown = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('what a command says where it cannot go on', () => {
  it('is one line for an option that there is not, or that lacks its value', () => {
    const options = { port: { type: 'string' } } as const
    const unknown = lineOf(thrown(() => parseArgs({ args: ['--help'], options })))
    expect(unknown).toEqual({ line: "Unknown option '--help'", exit: 2 })
    const lacking = lineOf(thrown(() => parseArgs({ args: ['--port'], options })))
    expect(lacking).toMatchObject({ line: expect.stringContaining('argument missing'), exit: 2 })
  })

  it('is one line for a known reason, and a stack for anything else', () => {
    expect(lineOf(new CannotGoOn('the disk is full'))).toEqual({ line: 'the disk is full', exit: 1 })
    expect(lineOf(new TypeError('x is undefined'))).toBeUndefined()
    expect(lineOf('nonsense')).toBeUndefined()
  })
})

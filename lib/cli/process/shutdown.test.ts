import { describe, expect, it } from 'vitest'
import { createShutdown } from '@/lib/cli/process/shutdown'

describe('a shutdown', () => {
  it('ends what was begun, the last first, each after the other', async () => {
    const shutdown = createShutdown()
    const ended: string[] = []
    for (const name of ['database', 'sandbox', 'web']) {
      shutdown.add(async () => {
        await Promise.resolve()
        ended.push(name)
      })
    }
    await shutdown.run()
    expect(ended).toEqual(['web', 'sandbox', 'database'])
  })

  it('goes on when one thing cannot be ended', async () => {
    const shutdown = createShutdown()
    let ended = false
    shutdown.add(async () => {
      ended = true
    })
    shutdown.add(() => Promise.reject(new Error('will not')))
    await shutdown.run()
    expect(ended).toBe(true)
  })

  it('runs once, and ends at once what is begun too late', async () => {
    const shutdown = createShutdown()
    let times = 0
    shutdown.add(async () => {
      times += 1
    })
    await Promise.all([shutdown.run(), shutdown.run()])
    expect(times).toBe(1)
    expect(shutdown.begun()).toBe(true)
    const late = new Promise<void>((resolve) => shutdown.add(async () => resolve()))
    await late
  })
})

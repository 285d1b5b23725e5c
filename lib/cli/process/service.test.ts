import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endLeftovers, rememberChild } from '@/lib/cli/process/child'
import type { Service } from '@/lib/cli/process/service'
import { keepRunning, restartDelayMs } from '@/lib/cli/process/service'
import { isRunning } from '@/lib/postgres/file-lock.mjs'

const sleeper = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true })

describe('a service', () => {
  let dataDir: string
  let service: Service | undefined
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'tributary-service-'))
  })
  afterEach(async () => {
    await service?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const identity = () => {
    const path = join(dataDir, 'run', 'children', 'worker')
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  const running = async () => {
    await expect.poll(identity).not.toBe('')
    return identity()
  }

  it('is started again after kill -9, and not after it was stopped', async () => {
    service = keepRunning(dataDir, 'worker', sleeper)
    const first = await running()
    process.kill(Number.parseInt(first, 10), 'SIGKILL')
    await expect.poll(() => isRunning(identity()) && identity() !== first, { timeout: 5_000 }).toBe(true)
    expect(service.failures()).toBe(1)
    const second = identity()
    await service.stop()
    expect(isRunning(second)).toBe(false)
    expect(service.failures()).toBe(1)
  })

  it('that is restarted on purpose has not failed', async () => {
    service = keepRunning(dataDir, 'worker', sleeper)
    const first = await running()
    await service.restart()
    await expect.poll(() => isRunning(identity()) && identity() !== first).toBe(true)
    expect(service.failures()).toBe(0)
  })

  it('that cannot even be launched counts as failed', async () => {
    service = keepRunning(dataDir, 'worker', () => spawn('/no/such/program'))
    await expect.poll(() => service?.failures()).toBe(1)
  })

  it('is given longer and longer before it is started again, eight seconds at most', () => {
    expect([1, 2, 3, 4, 5, 20].map(restartDelayMs)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000])
  })

  it('left behind by a killed start is ended by the next one, and a stranger with its number is not', async () => {
    const left = sleeper()
    const known = rememberChild(dataDir, 'web', left) ?? ''
    const stranger = sleeper()
    rememberChild(dataDir, 'worker', stranger)
    writeFileSync(join(dataDir, 'run', 'children', 'worker'), `${stranger.pid}@a start long ago`)
    await endLeftovers(dataDir)
    expect(isRunning(known)).toBe(false)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    stranger.kill('SIGKILL')
  })
})

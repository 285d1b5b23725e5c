import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  checkComplete,
  childEnvironment,
  keptAuthSecret,
  resolveEnvironment,
  sandboxValues,
} from '@/lib/cli/process/resolve-environment'
import { setEnvironment, settingNames } from '@/lib/env'

describe('the environment of a child', () => {
  it('names every setting, those that are unset as empty, so that no .env file fills them in', () => {
    setEnvironment({ SMTP_URL: undefined, MAIL_FROM: 'a@example.com' })
    const child = childEnvironment({ PORT: '3100' })
    expect(settingNames.filter((name) => child[name] === undefined)).toEqual([])
    expect(child).toMatchObject({
      SMTP_URL: '',
      MAIL_FROM: 'a@example.com',
      PORT: '3100',
      NODE_ENV: 'production',
    })
    setEnvironment({ MAIL_FROM: undefined })
  })
})

describe('a command', () => {
  it('needs no folder of its own where database and Stripe are named, as in an image', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-environment-'))
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const values = {
      DATABASE_URL: 'postgres://127.0.0.1:9/none',
      STRIPE_SECRET_KEY: 'sk_test_none',
      AUTH_SECRET: 'a secret that is long enough for a test',
      DATA_DIR: join(file, 'data'),
    }
    const unset = { DATABASE_URL: undefined, STRIPE_SECRET_KEY: undefined, AUTH_SECRET: undefined }
    setEnvironment(values)
    try {
      const { leave } = await resolveEnvironment({ stripe: true })
      await leave()
      setEnvironment({ STRIPE_SECRET_KEY: undefined })
      await expect(resolveEnvironment()).rejects.toThrow(/^DATA_DIR is not usable/)
    } finally {
      setEnvironment({ ...unset, DATA_DIR: undefined, APP_URL: undefined })
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('a sandbox', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'tributary-environment-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  it('makes its AUTH_SECRET once, for its owner’s eyes alone', () => {
    const secret = keptAuthSecret(dataDir)
    expect(secret.length).toBeGreaterThanOrEqual(32)
    expect(keptAuthSecret(dataDir)).toBe(secret)
    expect(statSync(join(dataDir, 'auth-secret.json')).mode & 0o777).toBe(0o600)
  })

  it('leaves an AUTH_SECRET that is given as it is', () => {
    const AUTH_SECRET = 'given by the operator, and long enough'
    expect(sandboxValues({ DATA_DIR: dataDir, AUTH_SECRET }, 'http://127.0.0.1:1').AUTH_SECRET).toBe(
      AUTH_SECRET,
    )
  })

  it('lacks nothing from the start', () => {
    expect(() => checkComplete({ DATA_DIR: dataDir })).not.toThrow()
  })

  it('is not what a Stripe key starts: that wants a secret, and on live books an address', () => {
    const settings = { DATA_DIR: dataDir, STRIPE_SECRET_KEY: 'sk_live_1' }
    expect(() => checkComplete(settings)).toThrow(/^APP_URL is missing/)
    expect(() => checkComplete({ ...settings, APP_URL: 'https://a.example' })).toThrow(
      /^AUTH_SECRET is missing/,
    )
  })
})

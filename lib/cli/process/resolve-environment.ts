import nextEnvironment from '@next/env'
import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { endProcess } from '@/lib/cli/process/child'
import { runningAt } from '@/lib/cli/process/claim'
import { absoluteDataDir, projectRoot } from '@/lib/cli/process/project'
import {
  keptWebhookSecrets,
  runningSandbox,
  sandboxKey,
  startSandbox,
} from '@/lib/cli/process/sandbox-service'
import { say } from '@/lib/cli/process/terminal'
import type { SettingName, Settings } from '@/lib/env'
import {
  booksModeOf,
  completeEnvironment,
  EnvironmentError,
  inheritedEnvironment,
  readSettings,
  setEnvironment,
  settingNames,
} from '@/lib/env'
import { ensurePostgres } from '@/lib/postgres'
import { writePrivately } from '@/lib/postgres/connection-facts'
import { processIdentity } from '@/lib/postgres/file-lock.mjs'

export type Values = Partial<Record<SettingName, string | undefined>>

/** The operator's settings, DATA_DIR made absolute. */
export type LoadedSettings = Settings & { DATA_DIR: string }

/** Reads the .env files into this process and checks everything that is set. Throws EnvironmentError. */
export function loadSettings(): LoadedSettings {
  nextEnvironment.loadEnvConfig(projectRoot, false, {
    info: () => {},
    error: (...words) => say(words.join(' ')),
  })
  const settings = readSettings()
  booksModeOf(settings)
  return { ...settings, DATA_DIR: absoluteDataDir(settings.DATA_DIR) }
}

/** Makes the data directory, where one is needed. Throws EnvironmentError. */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true })
    accessSync(dataDir, constants.W_OK)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new EnvironmentError(`DATA_DIR is not usable: a folder that can be written to is wanted (${why}).`)
  }
}

/**
 * Checks, before anything is started, that nothing will be missing that only the operator can give. What the embedded server and
 * the sandbox will add is taken as given. Throws EnvironmentError.
 */
export function checkComplete(settings: LoadedSettings): void {
  const database = { DATABASE_URL: 'postgres://embedded' }
  const sandbox = {
    STRIPE_SECRET_KEY: sandboxKey,
    BOOKS_MODE: 'sandbox' as const,
    AUTH_SECRET: 'x'.repeat(32),
  }
  completeEnvironment({ ...database, ...(settings.STRIPE_SECRET_KEY ? {} : sandbox), ...settings })
}

/** A sandbox's AUTH_SECRET, made once: sessions outlive a restart. */
export function keptAuthSecret(dataDir: string): string {
  const path = join(dataDir, 'auth-secret.json')
  if (existsSync(path)) return z.string().parse(JSON.parse(readFileSync(path, 'utf8')))
  const secret = randomBytes(33).toString('base64')
  writePrivately(path, secret)
  return secret
}

/** What sandbox books need beyond the database, where nothing else is set. */
export function sandboxValues(
  settings: Settings & { DATA_DIR: string },
  sandboxUrl: string,
  secret?: string,
): Values {
  return {
    BOOKS_MODE: 'sandbox',
    STRIPE_SECRET_KEY: sandboxKey,
    STRIPE_API_BASE: sandboxUrl,
    STRIPE_WEBHOOK_SECRET: secret,
    AUTH_SECRET: settings.AUTH_SECRET ?? keptAuthSecret(settings.DATA_DIR),
  }
}

/** Gives this process the values and checks that nothing is missing. Throws EnvironmentError. */
export function applyEnvironment(values: Values): void {
  setEnvironment(values)
  completeEnvironment(readSettings())
}

/**
 * This process's variables for a child. What is unset goes along as empty: Next reads the .env files anew and would fill
 * it in, as it must not where a test or a sandbox stands on purpose without it.
 */
export function childEnvironment(
  values: Omit<Values, 'NODE_ENV'> = {},
  mode: 'production' | 'development' = 'production',
): NodeJS.ProcessEnv {
  const own = inheritedEnvironment()
  const all = Object.fromEntries(settingNames.map((name) => [name, own[name] ?? '']))
  return { ...own, ...all, ...values, NODE_ENV: mode, NEXT_TELEMETRY_DISABLED: '1' }
}

// Discards everything: a command that needs no Stripe must not reach the real one with the sandbox's key.
const nowhere = 'http://127.0.0.1:9'

async function borrowSandbox(dataDir: string): Promise<{ url: string; leave(): Promise<void> }> {
  const url = runningSandbox(dataDir)
  if (url) return { url, leave: async () => {} }
  const { child, url: started } = await startSandbox(dataDir)
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid)
  child.unref()
  child.channel?.unref()
  return { url: started, leave: async () => (identity ? endProcess(identity) : undefined) }
}

/**
 * Gives a command the environment that `npm start` gives its children: from the variables and .env files, and where these name
 * no database or Stripe key, from the embedded server and the sandbox of the data directory. Those are used where they run,
 * else started (the sandbox only if `stripe` is wanted); `leave` stops what was started here and is nobody else's by then.
 */
export async function resolveEnvironment(
  options: { stripe?: boolean } = {},
): Promise<{ dataDir: string; leave(): Promise<void> }> {
  const settings = loadSettings()
  const dataDir = settings.DATA_DIR
  // In an image there is no folder to write to, and no need of one.
  if (!settings.DATABASE_URL || !settings.STRIPE_SECRET_KEY) makeDataDir(dataDir)
  const leaving: (() => Promise<void>)[] = []
  // Links that a command prints must lead to where the web server really is.
  const values: Values = { DATA_DIR: dataDir, APP_URL: settings.APP_URL ?? runningAt(dataDir) }
  if (!settings.DATABASE_URL) {
    const server = await ensurePostgres({ dataDir, log: say })
    leaving.push(server.stop)
    Object.assign(values, { DATABASE_URL: server.url, DATABASE_MIGRATE_URL: server.migrateUrl })
  }
  if (!settings.STRIPE_SECRET_KEY) {
    const sandbox = options.stripe ? await borrowSandbox(dataDir) : undefined
    if (sandbox) leaving.unshift(sandbox.leave)
    const url = sandbox?.url ?? runningSandbox(dataDir) ?? nowhere
    Object.assign(values, sandboxValues(settings, url, keptWebhookSecrets(dataDir)))
  }
  applyEnvironment(values)
  const leave = async () => {
    for (const end of leaving) await end()
  }
  return { dataDir, leave }
}

import { z } from 'zod'

/** A variable that is missing or malformed; the message is one line that names it and says what is wanted. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}

const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'postgres://user:password@host:5432/database is wanted',
})
const webUrl = z.url({
  protocol: /^https?$/,
  error: 'an address such as https://affiliates.example.com is wanted',
})

const switches: Record<string, boolean> = {
  on: true,
  true: true,
  '1': true,
  off: false,
  false: false,
  '0': false,
}

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'a whole number is wanted')
  .transform(Number)

const settingsSchema = z.object({
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_MIGRATE_URL: postgresUrl.optional(),
  DATABASE_REPLICA_URL: postgresUrl.optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(
      /^(sk|rk)_(test|live)_\w+$/,
      'a key that begins with sk_test_, sk_live_, rk_test_ or rk_live_ is wanted',
    )
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform((text) => text.split(',').map((secret) => secret.trim()))
    .refine((secrets) => secrets.every((secret) => /^whsec_\S+$/.test(secret)), {
      error: 'one secret that begins with whsec_, or several with commas between them, is wanted',
    })
    .optional(),
  STRIPE_API_BASE: z
    .url({ protocol: /^https?$/, error: 'an address such as http://127.0.0.1:12111 is wanted' })
    .optional(),
  APP_URL: webUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
  AUTH_SECRET: z
    .string()
    .min(32, 'at least 32 random characters are wanted, e.g. from `openssl rand -base64 33`')
    .optional(),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'smtp://user:password@host:587 or smtps://… is wanted' })
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(
      /^[^@]*<[^@\s]+@[^@\s]+>$|^[^@\s<>]+@[^@\s<>]+$/,
      'an address such as Tributary <hello@example.com> is wanted',
    )
    .optional(),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'a whole number from 1 to 65535 is wanted')
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, 'a whole number from 1 to 65535 is wanted')
    .optional(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'fatal, error, warn, info, debug, trace or silent is wanted',
    })
    .optional(),
  WORKER: z
    .string()
    .refine((text) => text.toLowerCase() in switches, 'on or off is wanted')
    .transform((text) => switches[text.toLowerCase()] === true)
    .optional(),
  DATA_DIR: z.string().optional(),
  NEXT_DIST_DIR: z.string().optional(),
  /** `standalone` gathers what the web server needs in one folder, for an image. */
  NEXT_OUTPUT: z.enum(['standalone'], { error: 'standalone is wanted' }).optional(),
  BOOKS_MODE: z.enum(['sandbox', 'test', 'live'], { error: 'sandbox, test or live is wanted' }).optional(),
  /** A browser for the tests. */
  CHROMIUM_PATH: z.string().optional(),
  /** An account of Stripe's own for the conformance tests. */
  STRIPE_TEST_KEY: z
    .string()
    .regex(/^(sk|rk)_test_\w+$/, 'a key that begins with sk_test_ or rk_test_ is wanted')
    .optional(),
  /** How many programmes' lives the property tests make up, from which seed, and in how many orders one is told; `npm run test:properties` sets them. */
  HISTORY_RUNS: wholeNumber.optional(),
  HISTORY_ORDERS: wholeNumber.optional(),
  HISTORY_SEED: wholeNumber.optional(),
  /** How often the fault tests provoke each fault; `npm run test:faults` sets it. Absent: a few times. */
  FAULTS: z.enum(['short', 'long'], { error: 'short or long is wanted' }).optional(),
  NODE_ENV: z.string().optional(),
})

/** What the operator may set, every variable optional, parsed. */
export type Settings = z.output<typeof settingsSchema>

export type SettingName = keyof Settings

export const settingNames: readonly SettingName[] = settingsSchema.keyof().options

/** Throws EnvironmentError for a malformed variable. An empty variable counts as absent. */
export function readSettings(source: Record<string, string | undefined> = process.env): Settings {
  const given = settingNames.map((name) => [name, source[name]?.trim()] as const).filter(([, text]) => text)
  const parsed = settingsSchema.safeParse(Object.fromEntries(given))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new EnvironmentError(`${String(issue?.path[0])} is not usable: ${issue?.message}.`)
}

export type BooksMode = 'sandbox' | 'test' | 'live'

/** A process's whole configuration, as the web server, the worker and the commands use it. */
export type Environment = {
  databaseUrl: string
  /** The owner's login; the application's where there is no other. */
  databaseMigrateUrl: string
  databaseReplicaUrl?: string
  stripeSecretKey: string
  /** None: the webhook endpoint is closed. */
  stripeWebhookSecrets: string[]
  stripeApiBase?: string
  /** Without a slash at the end. */
  appUrl: string
  authSecret: string
  smtpUrl?: string
  mailFrom: string
  port: number
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  worker: boolean
  dataDir: string
  booksMode: BooksMode
  nodeEnv: 'development' | 'production' | 'test'
}

function required<T>(value: T | undefined, name: SettingName, wanted: string): T {
  if (value === undefined) throw new EnvironmentError(`${name} is missing: ${wanted}.`)
  return value
}

/** Which books a process with these settings keeps. Throws EnvironmentError where mode and key contradict each other. */
export function booksModeOf(settings: Settings): BooksMode {
  const key = settings.STRIPE_SECRET_KEY
  const byKey = key === undefined ? 'sandbox' : /^.k_live_/.test(key) ? 'live' : 'test'
  const mode = settings.BOOKS_MODE ?? byKey
  if (mode !== byKey && !(mode === 'sandbox' && byKey === 'test')) {
    throw new EnvironmentError(
      `BOOKS_MODE is ${mode}, but STRIPE_SECRET_KEY is for ${byKey} books: leave BOOKS_MODE out.`,
    )
  }
  return mode
}

/** Throws EnvironmentError for the first variable that is missing or malformed. */
export function completeEnvironment(settings: Settings): Environment {
  const databaseUrl = required(
    settings.DATABASE_URL,
    'DATABASE_URL',
    'postgres://user:password@host:5432/database is wanted',
  )
  const booksMode = booksModeOf(settings)
  const port = settings.PORT ?? 3000
  const appUrl = booksMode === 'live' ? settings.APP_URL : (settings.APP_URL ?? `http://localhost:${port}`)
  const mailFrom = settings.SMTP_URL
    ? settings.MAIL_FROM
    : (settings.MAIL_FROM ?? 'Tributary <tributary@localhost>')
  const nodeEnv = settings.NODE_ENV
  return {
    databaseUrl,
    databaseMigrateUrl: settings.DATABASE_MIGRATE_URL ?? databaseUrl,
    databaseReplicaUrl: settings.DATABASE_REPLICA_URL,
    stripeSecretKey: required(
      settings.STRIPE_SECRET_KEY,
      'STRIPE_SECRET_KEY',
      'Stripe’s secret key is wanted',
    ),
    stripeWebhookSecrets: settings.STRIPE_WEBHOOK_SECRET ?? [],
    stripeApiBase: settings.STRIPE_API_BASE,
    appUrl: required(
      appUrl,
      'APP_URL',
      'the public address, such as https://affiliates.example.com, is wanted on live books',
    ),
    authSecret: required(
      settings.AUTH_SECRET,
      'AUTH_SECRET',
      'at least 32 random characters are wanted, e.g. from `openssl rand -base64 33`',
    ),
    smtpUrl: settings.SMTP_URL,
    mailFrom: required(mailFrom, 'MAIL_FROM', 'the sender’s address is wanted where SMTP_URL is set'),
    port,
    logLevel: settings.LOG_LEVEL ?? 'info',
    worker: settings.WORKER ?? true,
    dataDir: settings.DATA_DIR ?? '.data',
    booksMode,
    nodeEnv: nodeEnv === 'production' || nodeEnv === 'test' ? nodeEnv : 'development',
  }
}

/** The public address, without a slash at the end: for links in mails, also where nothing else of the environment is needed. */
export function publicUrl(): string {
  const { APP_URL, PORT } = readSettings()
  return APP_URL ?? `http://localhost:${PORT ?? 3000}`
}

let cached: Environment | undefined

/** This process's configuration, read once. Throws EnvironmentError. */
export function env(): Environment {
  cached ??= completeEnvironment(readSettings())
  return cached
}

/** Sets variables of this process (undefined: takes them away) and has `env()` read anew. For commands and tests. */
export function setEnvironment(values: Partial<Record<SettingName, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  cached = undefined
}

/** This process's variables, for a child process. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env }
}

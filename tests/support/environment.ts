import type { SettingName } from '@/lib/env'
import { setEnvironment, settingNames } from '@/lib/env'
import type { TestDatabase } from '@/tests/support/database'

/** Gives this process a sandbox's configuration on a database of its own; nothing of the machine's own settings is left. */
export function useEnvironment(
  database: TestDatabase,
  values: Partial<Record<SettingName, string>> = {},
): void {
  const cleared = Object.fromEntries(settingNames.map((name) => [name, undefined]))
  setEnvironment({
    ...cleared,
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    DATABASE_MIGRATE_URL: database.migrateUrl,
    STRIPE_SECRET_KEY: 'sk_test_tests',
    STRIPE_WEBHOOK_SECRET: 'whsec_tests',
    APP_URL: 'http://localhost:3000',
    AUTH_SECRET: 'a secret of the tests, long enough to be taken',
    LOG_LEVEL: 'silent',
    BOOKS_MODE: 'sandbox',
    ...values,
  })
}

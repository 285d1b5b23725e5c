import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { mendDriver } from './lib/cli/mend-driver.mjs'

const root = fileURLToPath(new URL('.', import.meta.url))
mendDriver(root)

// Not the condition react-server: it would swap React itself, and components could not be rendered by a unit test.
const alias = { '@': root.replace(/\/$/, ''), 'server-only': `${root}node_modules/server-only/empty.js` }

export default defineConfig({
  resolve: { alias },
  test: {
    // Two processor cores are common where this runs, and PostgreSQL wants some of them too.
    maxWorkers: 2,
    // Every settled event says so.
    env: { LOG_LEVEL: 'warn' },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['{lib,components,db,app}/**/*.test.{ts,tsx}'] },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/{integration,properties,faults,stripe}/**/*.test.ts'],
          exclude: ['tests/faults/application/**'],
          globalSetup: ['tests/support/postgres-for-all-files.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/application/**/*.test.ts'],
          globalSetup: ['tests/support/postgres-for-all-files.ts', 'tests/support/built-application.ts'],
          testTimeout: 400_000,
          hookTimeout: 400_000,
        },
      },
    ],
  },
})

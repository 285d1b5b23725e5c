import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

// Not the condition react-server: it would swap React itself, and components could not be rendered by a unit test.
const alias = { '@': root.replace(/\/$/, ''), 'server-only': `${root}node_modules/server-only/empty.js` }

export default defineConfig({
  resolve: { alias },
  test: {
    // Two processor cores are common where this runs, and PostgreSQL wants some of them too.
    maxWorkers: 2,
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
          globalSetup: ['tests/support/postgres-for-all-files.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

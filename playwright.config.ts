import { defineConfig } from '@playwright/test'
import { readSettings } from './lib/env'

const { APP_URL, CHROMIUM_PATH, DATA_DIR, NEXT_DIST_DIR } = readSettings()

// A test run has a build folder that no other run has at the same time; what it leaves to look at is named after that.
const outputDir = `test-results/${(NEXT_DIST_DIR ?? '.next').slice(1)}`

/** `npm test -- e2e` starts the instance and names it in the environment. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir,
  // The specs share one instance and its clock.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  // A crowded machine may take ten times as long as a quiet one, and nothing here is about speed.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: DATA_DIR ? [['list'], ['json', { outputFile: `${DATA_DIR}/playwright.json` }]] : 'list',
  use: {
    baseURL: APP_URL ?? 'http://localhost:3000',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: CHROMIUM_PATH, args: ['--no-sandbox'] },
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1280, height: 900 } } },
    { name: 'phone', use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  ],
})

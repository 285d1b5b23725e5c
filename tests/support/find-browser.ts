import { chromium } from '@playwright/test'
import sparticuz from '@sparticuz/chromium'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

// As root Chromium refuses to run in its own sandbox; the packaged one has none.
const launchArguments = ['--no-sandbox']

const systemBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

async function works(executablePath: string | undefined): Promise<boolean> {
  if (!executablePath || !existsSync(executablePath)) return false
  try {
    const browser = await chromium.launch({ executablePath, args: launchArguments, timeout: 30_000 })
    // The second context is where a browser that is short of something fails.
    for (let context = 0; context < 2; context++) {
      const page = await (await browser.newContext()).newPage()
      await page.setContent('<p>here</p>')
    }
    await browser.close()
    return true
  } catch {
    return false
  }
}

async function packagedBrowser(): Promise<string | undefined> {
  try {
    return process.platform === 'linux' && process.arch === 'x64'
      ? await sparticuz.executablePath()
      : undefined
  } catch {
    return undefined
  }
}

function installedByPlaywright(): string | undefined {
  const command = join(process.cwd(), 'node_modules', '@playwright', 'test', 'cli.js')
  const { status } = spawnSync(process.execPath, [command, 'install', 'chromium'], {
    stdio: 'ignore',
    timeout: 300_000,
  })
  return status === 0 ? chromium.executablePath() : undefined
}

/**
 * A Chromium that has been seen to run here: the one named by CHROMIUM_PATH, Playwright's own, the system's, the one in a package,
 * and at last one that Playwright downloads. undefined: there is none.
 */
export async function findBrowser(
  named: string | undefined,
): Promise<{ executablePath: string; args: string[] } | undefined> {
  const there = [named, chromium.executablePath(), ...systemBrowsers]
  const candidates = [...there.map((path) => () => path), packagedBrowser, installedByPlaywright]
  for (const candidate of candidates) {
    const executablePath = await candidate()
    if (executablePath && (await works(executablePath))) return { executablePath, args: launchArguments }
  }
  return undefined
}

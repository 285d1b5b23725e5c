import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CannotGoOn, runMain, say, step } from '@/lib/cli/process/terminal'
import { inProject } from '@/lib/cli/process/project'
import { inheritedEnvironment } from '@/lib/env'
import { createDatabase, ensurePostgres, freePort, onDatabase } from '@/lib/postgres'
import { createSandbox } from '@/lib/stripe-sandbox/index'
import { ownFolder } from '@/tests/support/own-folder'

/**
 * `npm run test:image`: does what the Dockerfile says without Docker, in folders of its own, then lives in the image: migrates, serves,
 * works, as a user who owns nothing.
 */
await runMain(async () => {
  const folder = ownFolder('image')
  const [build, image] = [join(folder.path, 'build'), join(folder.path, 'image')]
  try {
    const stages = stagesOf(readFileSync(inProject('Dockerfile'), 'utf8'))
    const [first = [], last = []] = stages
    await step(
      'Context',
      () => Promise.resolve(copyContext(build)),
      (count) => `${count} files`,
    )
    for (const { does, text } of first)
      if (does === 'RUN')
        await step(
          'RUN',
          () => run(text, build),
          () => text.slice(0, 60),
        )
    for (const { does, text } of last) {
      const [, from = '', to = ''] = /^--from=build \/build\/(\S+) (\S+)$/.exec(text) ?? []
      if (does === 'COPY')
        cpSync(join(build, from), join(image, to), { recursive: true, verbatimSymlinks: true })
    }
    check('no .env inside', !filesBelow(image).some((name) => /(^|\/)\.env/.test(name)))
    check(
      'a user who is not root',
      last.some(({ does, text }) => does === 'USER' && text !== 'root'),
    )
    await live(folder.path, image)
    say('The image is built as the Dockerfile says, and lives.')
    return 0
  } finally {
    folder.remove()
  }
})

type Instruction = { does: string; text: string }

function stagesOf(dockerfile: string): Instruction[][] {
  const stages: Instruction[][] = []
  for (const line of dockerfile.replaceAll(/\\\n\s*/g, '').split('\n')) {
    const [, does = '', text = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    if (does === 'FROM') stages.push([])
    else if (does !== '' && does !== 'ARG') stages.at(-1)?.push({ does, text })
  }
  return stages
}

/** What .dockerignore lets through. */
function copyContext(to: string): number {
  const lines = readFileSync(inProject('.dockerignore'), 'utf8').split('\n')
  const taken = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  const isLeftOut = (name: string) => /\.test\.tsx?$|(^|\/)\.env/.test(name)
  let count = 0
  for (const name of taken) {
    const path = inProject(name)
    if (!existsSync(path)) throw new CannotGoOn(`.dockerignore lets ${name} through, which is not there.`)
    mkdirSync(dirname(join(to, name)), { recursive: true })
    cpSync(path, join(to, name), { recursive: true, filter: (from) => !isLeftOut(from) && ++count > 0 })
  }
  return count
}

function run(text: string, cwd: string): Promise<void> {
  const { DATABASE_URL: _, ...env } = inheritedEnvironment()
  const done = spawnSync('sh', ['-c', text], { cwd, env, encoding: 'utf8' })
  if (done.status !== 0) throw new CannotGoOn(`${text}\n${done.stdout}${done.stderr}`)
  return Promise.resolve()
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
}

function check(what: string, holds: boolean): void {
  if (!holds) throw new CannotGoOn(`The image has not: ${what}.`)
  say(`  ok           ${what}`)
}

async function live(folder: string, image: string): Promise<void> {
  const server = await ensurePostgres({ dataDir: join(folder, 'data'), log: () => {}, fsync: false })
  const sandbox = await createSandbox({ seed: 'image' })
  const children: ChildProcess[] = []
  try {
    await createDatabase(server.superuserUrl, 'image')
    const port = await freePort()
    const values: NodeJS.ProcessEnv = {
      DATABASE_URL: onDatabase(server.url, 'image'),
      STRIPE_SECRET_KEY: 'sk_test_image',
      STRIPE_WEBHOOK_SECRET: 'whsec_image',
      STRIPE_API_BASE: sandbox.url,
      BOOKS_MODE: 'sandbox',
      AUTH_SECRET: 'a secret for as long as this image is tried',
      PORT: String(port),
      HOSTNAME: '127.0.0.1',
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      PATH: process.execPath.replace(/\/[^/]*$/, ''),
    }
    chmodSync(folder, 0o755)
    const start = (args: string[], more: Record<string, string> = {}) => {
      const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
      const child = spawn(process.execPath, args, {
        cwd: image,
        env: { ...values, ...more },
        stdio: 'inherit',
        ...nobody,
      })
      children.push(child)
      return child
    }
    const migrated = start(['lib/cli/process/tributary.mjs', 'migrate'], {
      DATABASE_MIGRATE_URL: onDatabase(server.migrateUrl, 'image'),
    })
    check('migrations that run', (await exitOf(migrated)) === 0)
    start(['lib/cli/process/worker.mjs'])
    start(['server.js'])
    check('a web server and a worker that are well', await isHealthy(port))
    const page = await fetch(`http://127.0.0.1:${port}/`)
    check('a first page', page.ok && (await page.text()).includes('</html>'))
    const verified = start(['lib/cli/process/tributary.mjs', 'verify'])
    check('commands', (await exitOf(verified)) === 0)
  } finally {
    await Promise.all(
      children.map((child) => (child.exitCode === null ? (child.kill(), exitOf(child)) : null)),
    )
    await sandbox.close()
    await server.stop()
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve))
}

async function isHealthy(port: number): Promise<boolean> {
  for (let tries = 0; tries < 120; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => null)
    if (answer?.ok) return true
    await pause(500)
  }
  return false
}

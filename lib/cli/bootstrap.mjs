// The way in for every command: Node's builtins only, since nothing may be installed yet.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { lock } from '../postgres/file-lock.mjs'
import { mendDriver } from './mend-driver.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const commands = {
  start: 'lib/cli/start.ts',
  dev: 'lib/cli/dev.ts',
  build: 'lib/cli/build.ts',
  test: 'lib/cli/test.ts',
  check: 'lib/cli/check.ts',
  worker: 'lib/cli/worker.ts',
  sandbox: 'lib/cli/sandbox.ts',
  tributary: 'lib/cli/tributary.ts',
  bench: 'tests/bench/run.ts',
  guards: 'tests/guards/run.ts',
  properties: 'tests/properties/run.ts',
  conformance: 'tests/stripe/run.ts',
  faults: 'tests/faults/run.ts',
  image: 'tests/image/run.ts',
}

const stop = (message) => {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 9)) {
    stop(`Node ${process.versions.node} is too old: version 20.9 or newer is wanted.`)
  }
}

const readJson = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

const stampPath = join(root, 'node_modules', '.tributary-install')

// The packages hold machine code, so a folder shared by two kinds of machine is installed anew on each.
const wantedStamp = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')

const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined)

/** Whether npm's own record of node_modules (written last by npm) holds every package of the lockfile that is not optional. */
const installedByHand = () => {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {}
  const there = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages
  if (!there || existsSync(stampPath)) return false
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || there[path]?.version === version,
  )
}

const runNpm = (args) =>
  new Promise((done) => {
    const child = spawn('npm', args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    })
    child.once('error', () => done(127))
    child.once('exit', (code) => done(code ?? 1))
  })

const install = async () => {
  const stamp = wantedStamp()
  if (readText(stampPath) === stamp) return
  const release = await lock(join(root, '.data', 'install.lock'), (pid) =>
    process.stderr.write(`Waiting for process ${pid}, which is installing the packages\n`),
  )
  try {
    if (readText(stampPath) === stamp) return
    if (!installedByHand()) {
      process.stderr.write('Installing the packages (npm ci); a minute or two the first time\n')
      const code = await runNpm([
        'ci',
        '--include=dev',
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ])
      if (code !== 0) stop(`The packages could not be installed: npm ci ended with ${code}.`)
    }
    writeFileSync(stampPath, `${stamp}\n`)
  } finally {
    release()
  }
}

const run = (file, args) => {
  const tsx = pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href
  const leave =
    pathToFileURL(join(root, 'lib', 'cli', 'process', 'leave-with-parent.mjs')).href +
    `?parent=${process.pid}`
  const flags = ['--conditions=react-server', '--import', tsx, '--import', leave]
  const child = spawn(process.execPath, [...flags, join(root, file), ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => stop(`${file} could not be run: ${error.message}.`))
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

const [command = '', ...args] = process.argv.slice(2)
const file = Object.hasOwn(commands, command) ? commands[command] : undefined
if (!file) stop(`There is no command "${command}": ${Object.keys(commands).join(', ')}.`)
checkNode()
await install()
mendDriver(root)
run(file, args)

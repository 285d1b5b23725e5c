import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const factsSchema = z.object({
  pid: z.number().int(),
  port: z.number().int(),
  url: z.string(),
  migrateUrl: z.string(),
  superuserUrl: z.string(),
})

/** How to reach the server of a data directory. `url` is the application's login, `migrateUrl` the owner's. */
export type ConnectionFacts = z.output<typeof factsSchema>

const passwordsSchema = z.object({ superuser: z.string(), owner: z.string(), app: z.string() })
export type Passwords = z.output<typeof passwordsSchema>

export const factsPath = (dataDir: string): string => join(dataDir, 'run', 'postgres.json')
export const passwordsPath = (dataDir: string): string => join(dataDir, 'postgres', 'passwords.json')

function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Writes a file that only its owner may read, so that no reader ever sees half of it. */
export function writePrivately(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, path)
}

export const readFacts = (dataDir: string): ConnectionFacts | undefined =>
  readJson(factsPath(dataDir), factsSchema)

export const readPasswords = (dataDir: string): Passwords | undefined =>
  readJson(passwordsPath(dataDir), passwordsSchema)

/** The facts of a server on `port` with these passwords. */
export function connectionFacts(pid: number, port: number, passwords: Passwords): ConnectionFacts {
  const address = (login: string, password: string, database: string) =>
    `postgres://${login}:${password}@127.0.0.1:${port}/${database}`
  return {
    pid,
    port,
    url: address('tributary_app', passwords.app, 'tributary'),
    migrateUrl: address('tributary_owner', passwords.owner, 'tributary'),
    superuserUrl: address('postgres', passwords.superuser, 'postgres'),
  }
}

import { readFileSync } from 'node:fs'

/**
 * As whom a server process runs. PostgreSQL refuses to run as root, and initdb as somebody whom /etc/passwd does not know.
 *
 * - `self`: as we are.
 * - `namespace`: still ourselves for the kernel, but under another name inside a user namespace: files stay where and whose they are.
 * - `other`: another user, for root where namespaces are forbidden (most containers); that user must reach the files.
 */
export type ProcessUser =
  | { kind: 'self' }
  | { kind: 'namespace'; uid: number }
  | { kind: 'other'; uid: number; gid: number }

type KnownUser = { name: string; uid: number; gid: number }

function knownUsers(): KnownUser[] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
      .filter((user) => user.name !== '' && Number.isInteger(user.uid))
  } catch {
    return []
  }
}

function ordinaryUser(users: KnownUser[]): KnownUser | undefined {
  const byName = (name: string) => users.find((user) => user.name === name && user.uid > 0)
  return byName('postgres') ?? byName('nobody') ?? users.find((user) => user.uid > 0)
}

/** The ways to run a server here, the best first. */
export function processUsers(): ProcessUser[] {
  const uid = process.getuid?.()
  if (uid === undefined || process.platform !== 'linux') return [{ kind: 'self' }]
  const users = knownUsers()
  const ordinary = ordinaryUser(users)
  const namespace = ordinary ? [{ kind: 'namespace' as const, uid: ordinary.uid }] : []
  if (uid !== 0)
    return users.some((user) => user.uid === uid) ? [{ kind: 'self' }] : [...namespace, { kind: 'self' }]
  return ordinary ? [...namespace, { kind: 'other', uid: ordinary.uid, gid: ordinary.gid }] : namespace
}

/** The way to run a server on a cluster that `owner` owns. */
export function processUserFor(owner: { uid: number; gid: number }): ProcessUser {
  const uid = process.getuid?.()
  if (uid === 0 && owner.uid !== 0) return { kind: 'other', uid: owner.uid, gid: owner.gid }
  return processUsers().find((user) => user.kind !== 'other') ?? { kind: 'self' }
}

/** The command line and the spawn options that run `command` as `user`. */
export function asUser(user: ProcessUser, command: string, args: string[]) {
  if (user.kind === 'namespace') {
    return {
      command: 'unshare',
      args: ['--user', `--map-user=${user.uid}`, '--', command, ...args],
      options: {},
    }
  }
  if (user.kind === 'other') return { command, args, options: { uid: user.uid, gid: user.gid } }
  return { command, args, options: {} }
}

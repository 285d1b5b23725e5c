import { spawn, spawnSync } from 'node:child_process'

/** A disk of its own in place of a folder, in memory and seen only by programs that are started through it. */
export interface OwnDisk {
  /** The command line that runs a program on it. */
  inside(command: string, args: readonly string[]): [command: string, args: string[]]
  /** Takes away all room that is free. */
  fill(): void
  /** Gives it back. */
  empty(): void
  release(): void
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

/** Lays a disk over a folder that exists, with what is in it; or says why this machine does not let us. */
export async function layDiskOver(folder: string): Promise<OwnDisk | { missing: string }> {
  const script =
    'cp -a "$1" "$1.seed" && mount -t tmpfs -o mode=0700,size=4g none "$1" && chown --reference="$1.seed" "$1" && ' +
    'cp -a "$1.seed/." "$1/" && rm -r "$1.seed" && echo laid && exec cat'
  // Whoever holds it ends when its input does, so it goes with this process, however that ends.
  const holder = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let words = ''
  holder.stderr.setEncoding('utf8').on('data', (chunk: string) => (words += chunk))
  const laid = new Promise<true>((resolve) => holder.stdout.once('data', () => resolve(true)))
  const over = new Promise<false>((resolve) => {
    holder.once('close', () => resolve(false))
    holder.once('error', (error) => {
      words = error.message
      resolve(false)
    })
  })
  if (!(await Promise.race([laid, over])) || holder.pid === undefined) {
    return { missing: `no disk of one’s own can be laid here (${lastLine(words)})` }
  }
  const enter = ['--mount', '--target', String(holder.pid), `--wd=${process.cwd()}`, '--']
  const run = (command: string, args: string[]): string => {
    const done = spawnSync('nsenter', [...enter, command, ...args], { encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`${command}: ${lastLine(done.stderr)}`)
    return done.stdout
  }
  const resize = (size: string) => run('mount', ['-o', `remount,size=${size}`, folder])
  return {
    inside: (command, args) => ['nsenter', [...enter, command, ...args]],
    fill: () => {
      const usedKiB = Number(lastLine(run('df', ['--output=used', '--block-size=1K', folder])))
      resize(`${usedKiB + 4}k`)
    },
    empty: () => {
      resize('4g')
    },
    release: () => holder.stdin.end(),
  }
}

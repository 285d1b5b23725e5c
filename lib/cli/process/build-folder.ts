import { inProject } from '@/lib/cli/process/project'
import { tryLock } from '@/lib/postgres/file-lock.mjs'

/** A build folder that no other test run is using; kept afterwards, so that an unchanged application is not built again. */
export function takeBuildFolder(): { distDir: string; release(): void } {
  for (let number = 1; ; number++) {
    const distDir = number === 1 ? '.next-test' : `.next-test-${number}`
    const release = tryLock(inProject('.data', 'run', `${distDir.slice(1)}.lock`))
    if (release) return { distDir, release }
  }
}

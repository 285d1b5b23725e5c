import type { TestProject } from 'vitest/node'
import { ensureBuild } from '@/lib/cli/process/build'
import { takeBuildFolder } from '@/lib/cli/process/build-folder'
import { readSettings } from '@/lib/env'

/** The built web application for the fault tests: the one that `npm test` names, else one of this run's own. */
export default async function setup(project: TestProject): Promise<() => void> {
  const given = readSettings().NEXT_DIST_DIR
  const own = given === undefined ? takeBuildFolder() : { distDir: given, release: () => {} }
  await ensureBuild(own.distDir, () => {})
  project.provide('distDir', own.distDir)
  return own.release
}

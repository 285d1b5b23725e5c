import { ensureBuild } from '@/lib/cli/process/build'
import { loadSettings } from '@/lib/cli/process/resolve-environment'
import { runMain, say, step } from '@/lib/cli/process/terminal'

await runMain(async () => {
  const distDir = loadSettings().NEXT_DIST_DIR ?? '.next'
  await step(
    'Build',
    () => ensureBuild(distDir, (pid) => say(`  Waiting for process ${pid}, which is building`)),
    (outcome) => outcome,
  )
  return 0
})

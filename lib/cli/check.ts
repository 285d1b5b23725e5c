import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runStaticChecks } from '@/lib/cli/process/static-checks'
import { runMain } from '@/lib/cli/process/terminal'
import { closingLine, tellStage } from '@/lib/cli/process/test-report'
import { runVitest } from '@/lib/cli/process/vitest-run'

/** `npm run verify`: what can be checked in seconds and without a database. */
await runMain(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-verify-'))
  try {
    const fixed = await runStaticChecks(tellStage)
    const begun = Date.now()
    const unit = await runVitest('unit', folder)
    tellStage({
      name: 'unit',
      passed: unit.failed === 0,
      words: unit.words,
      ms: Date.now() - begun,
      counts: unit,
    })
    process.stdout.write(`${closingLine([fixed, unit])}\n`)
    return fixed.failed + unit.failed === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

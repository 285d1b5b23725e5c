import { parseArgs } from 'node:util'
import { runProgram } from '@/lib/cli/process/child'
import { withoutSettings } from '@/lib/cli/process/quiet-run'
import { runMain, say } from '@/lib/cli/process/terminal'

/**
 * `npm run test:properties -- --runs 10000 [--seed N]`: programmes' lives at random through the sandbox, held against the model. The
 * seed is printed; the same seed makes the same lives. And one life of seven events in so many orders: from 5,040 on in all there are.
 */
await runMain(async () => {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '200' }, seed: { type: 'string' } },
  })
  const seed = values.seed ?? String(Date.now() % 1_000_000_000)
  say(`${values.runs} histories, seed ${seed}`)
  return runProgram({
    file: 'node_modules/vitest/vitest.mjs',
    args: ['run', '--project', 'integration', 'tests/properties'],
    env: { ...withoutSettings(), NODE_ENV: 'test', HISTORY_RUNS: values.runs, HISTORY_SEED: seed },
  })
})

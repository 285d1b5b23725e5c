import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { runProgram } from '@/lib/cli/process/child'
import { withoutSettings } from '@/lib/cli/process/quiet-run'
import { runMain, say } from '@/lib/cli/process/terminal'

/** Below it another process would spend most of its time on starting. */
const worthAProcess = 500

/**
 * `npm run test:properties -- --runs 10000 [--seed N]`: programmes' lives at random through the sandbox, held against the model. The
 * seed is printed; the same seed makes the same lives. Many are shared between as many processes as there are cores, each with the next
 * seed. And one life of seven events in so many orders: from 5,040 on in all there are.
 */
await runMain(async () => {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '200' }, seed: { type: 'string' } },
  })
  const first = Number(values.seed ?? Date.now() % 1_000_000_000)
  const runs = Number(values.runs)
  if (!(Number.isSafeInteger(runs) && runs > 0 && Number.isSafeInteger(first))) {
    say('--runs and --seed are whole numbers, --runs above zero.')
    return 2
  }
  const processes = Math.min(availableParallelism(), Math.ceil(runs / worthAProcess))
  const shares = Array.from({ length: processes }, (_, n) => ({
    // What does not divide is the first one's.
    histories: Math.floor(runs / processes) + (n === 0 ? runs % processes : 0),
    seed: first + n,
  }))
  for (const { histories, seed } of shares) say(`${histories} histories, seed ${seed}`)
  const codes = await Promise.all(
    shares.map(({ histories, seed }, n) =>
      runProgram({
        file: 'node_modules/vitest/vitest.mjs',
        args: [
          'run',
          '--project',
          'integration',
          n === 0 ? 'tests/properties' : 'tests/properties/histories/histories.test.ts',
        ],
        env: {
          ...withoutSettings(),
          NODE_ENV: 'test',
          HISTORY_RUNS: String(histories),
          HISTORY_SEED: String(seed),
          HISTORY_ORDERS: String(runs),
        },
      }),
    ),
  )
  return Math.max(...codes)
})

import { runProgram } from '@/lib/cli/process/child'
import { withoutSettings } from '@/lib/cli/process/quiet-run'
import { runMain } from '@/lib/cli/process/terminal'

/** `npm run test:faults [-- FILE…]`: every fault as often as it takes to be believed, with its figures. */
await runMain(() =>
  runProgram({
    file: 'node_modules/vitest/vitest.mjs',
    args: ['run', '--project', 'faults', '--no-file-parallelism', ...process.argv.slice(2)],
    env: { ...withoutSettings(), NODE_ENV: 'test', FAULTS: 'long' },
  }),
)

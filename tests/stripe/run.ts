import { runProgram } from '@/lib/cli/process/child'
import { loadSettings } from '@/lib/cli/process/resolve-environment'
import { withoutSettings } from '@/lib/cli/process/quiet-run'
import { runMain, say } from '@/lib/cli/process/terminal'

/**
 * `npm run test:stripe`: what this code believes of Stripe, held against a test-mode account of STRIPE_TEST_KEY. Without a key it
 * is held against the sandbox, as `npm test` does.
 */
await runMain(async () => {
  const { STRIPE_TEST_KEY } = loadSettings()
  say(
    STRIPE_TEST_KEY === undefined
      ? 'Against the sandbox; STRIPE_TEST_KEY=sk_test_… is for Stripe itself.'
      : 'Against Stripe itself: what is made there is deleted or switched off in the end.',
  )
  return runProgram({
    file: 'node_modules/vitest/vitest.mjs',
    args: ['run', '--project', 'integration', 'tests/stripe'],
    env: { ...withoutSettings(), NODE_ENV: 'test', STRIPE_TEST_KEY: STRIPE_TEST_KEY ?? '' },
  })
})

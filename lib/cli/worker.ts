import { runProgram } from '@/lib/cli/process/child'
import { childEnvironment, resolveEnvironment } from '@/lib/cli/process/resolve-environment'
import { runMain } from '@/lib/cli/process/terminal'

/** `npm run worker`: the settlement worker by itself, in the foreground. */
await runMain(async () => {
  const { leave } = await resolveEnvironment({ stripe: true })
  try {
    return await runProgram({ file: 'lib/intake/worker-main.ts', env: childEnvironment() })
  } finally {
    await leave()
  }
})

import { startMain } from '@/lib/cli/process/start-main'
import { runMain } from '@/lib/cli/process/terminal'

await runMain(() => startMain('dev'))

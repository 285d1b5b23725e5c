import { once } from 'node:events'
import { readSettings } from '@/lib/env'
import { log } from '@/lib/log'
import { runTributary } from './commands/run'
import { say } from './process/terminal'

const { stdout } = process

// A person reads standard error here.
log.level = readSettings().LOG_LEVEL ?? 'warn'

// `export … | head` closes the pipe before the end: that is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))

const exitCode = await runTributary(process.argv.slice(2), {
  say,
  write: async (text) => {
    if (!stdout.write(text)) await once(stdout, 'drain')
  },
})
// The channel to the parent would keep the process; what was written is let out first.
stdout.write('', () => process.exit(exitCode))

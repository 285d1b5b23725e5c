import { database } from '@/db'
import { runImports } from '@/lib/imports/run-imports'
import { stripeClient } from '@/lib/stripe/client'

/** Takes so many rows of files in as the worker does, and kills itself in the middle of the next. */
const rows = Number(process.argv[2])
for (let done = 0; done < rows; done += 1) await runImports(database(), stripeClient())
void runImports(database(), stripeClient())
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 4)

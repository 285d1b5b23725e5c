import { closeDatabase, database } from '@/db'
import { sendPayouts } from '@/lib/payouts/send-payouts'
import { stripeClient } from '@/lib/stripe/client'

/** Sends payouts as the worker does, at a given time, and kills itself for good when a step is reached for the n-th time. */
const [step = '', times = '1', at = '0'] = process.argv.slice(2)
let left = Number(times)
const taken = await sendPayouts({
  db: database(),
  stripe: stripeClient(),
  now: () => new Date(Number(at)),
  watch: (reached) => {
    if (reached === step && --left === 0) process.kill(process.pid, 'SIGKILL')
  },
})
await closeDatabase()
process.stdout.write(String(taken))

import { closeDatabase, database } from '@/db'
import { createAdministrator } from '@/lib/administrators/create-administrator'
import { createSignInLink, signInLinkHours } from '@/lib/auth/sign-in-link'
import { env } from '@/lib/env'
import { stripeClient } from '@/lib/stripe/client'
import { demoMaker } from './demo-maker'
import { makeDemo } from './make-demo'
import { emailOf } from './people'

const affiliate = emailOf('AHMET')
const administrator = 'admin@demo.localhost'

/** The labels of `npm start`'s own steps are twelve wide. */
function tell(line: string): void {
  process.stderr.write(`  ${'Demo'.padEnd(12)} ${line}\n`)
}

/** Standard output is for the person who started it: how to sign in. */
async function printSignIn(): Promise<void> {
  const portal = await createSignInLink(affiliate, '/portal')
  const console = await createSignInLink(administrator, '/admin')
  process.stdout.write(
    [
      `  Sign in once, within ${signInLinkHours} hours:`,
      '',
      '  as Ahmet, an affiliate (AHMET5)',
      `    ${portal}`,
      '  as the administrator',
      `    ${console}`,
      '',
      `  More of them: ask at ${env().appUrl}/sign-in for ${affiliate} or`,
      `  ${administrator}, and open the e-mail at ${env().appUrl}/dev/mail`,
      '',
    ].join('\n'),
  )
}

if (env().booksMode !== 'sandbox') {
  process.stderr.write('The demo is for sandbox books only.\n')
  process.exit(1)
}
const db = database()
await createAdministrator(demoMaker, { email: administrator }, { db })
await makeDemo({ db, stripe: stripeClient(), tell })
await printSignIn()
await closeDatabase()
process.exit(0)

import { administratorRoles, database } from '@/db'
import { createAdministrator } from '@/lib/administrators/create-administrator'
import { approveAffiliate } from '@/lib/affiliates/approve-affiliate'
import { createSignInLink, signInLinkHours } from '@/lib/auth/sign-in-link'
import { provisionCode } from '@/lib/codes/provision-code'
import { stripeClient } from '@/lib/stripe/client'
import { only, operator, UsageError, type Command } from './command'

export const createAdmin: Command = {
  name: 'create-admin',
  usage: `EMAIL [--role ${administratorRoles.join('|')}]`,
  summary: 'lets somebody into the console; prints a one-time sign-in link',
  options: {
    role: { type: 'string', value: administratorRoles.join('|'), help: 'what they may do (admin)' },
  },
  needs: 'database',
  run: async (asked) => {
    const [address] = only(asked, 'EMAIL')
    const wanted = asked.text('role')
    const role = administratorRoles.find((known) => known === wanted)
    if (wanted !== undefined && role === undefined) {
      throw new UsageError(`There is no role ${wanted}: ${administratorRoles.join(', ')} is wanted.`)
    }
    const administrator = await createAdministrator(operator, { email: address, role })
    const link = await createSignInLink(administrator.email, '/admin')
    const { email, wasKnown } = administrator
    asked.say(
      `${email} ${wasKnown ? 'was in the console already' : 'is in the console now'}, as ${administrator.role}. ` +
        `The link signs in once, within ${signInLinkHours} hours:`,
    )
    return { exit: 0, result: { id: administrator.id, email, role: administrator.role, link }, lines: [link] }
  },
}

export const affiliatesApprove: Command = {
  name: 'affiliates approve',
  usage: 'ID',
  summary: 'takes an applicant in, where the terms want approval; prints the code',
  options: {},
  needs: 'stripe',
  run: async (asked) => {
    const [affiliateId] = only(asked, 'ID')
    const { code } = await approveAffiliate(operator, affiliateId)
    const made = await provisionCode(database(), stripeClient(), code)
    if (made.status === 'provisioning') asked.say('Stripe does not answer; the worker goes on trying.')
    return { exit: 0, result: { affiliateId, ...made }, lines: [made.code] }
  },
}

import { forgetAffiliate } from '@/lib/erasure/forget-affiliate'
import { forgetCustomer } from '@/lib/erasure/forget-customer'
import { only, operator, UsageError, type Command } from './command'

export const forget: Command = {
  name: 'forget',
  usage: 'ID --reason TEXT [--even-if-owed]',
  summary:
    'takes the name and addresses of an affiliate (aff_…) or a customer (cus_…, pi_…) out of the books',
  options: {
    reason: { type: 'string', value: 'TEXT', help: 'why, for the record' },
    'even-if-owed': { type: 'boolean', help: 'although the affiliate has money coming' },
  },
  needs: 'database',
  run: async (asked) => {
    const [id] = only(asked, 'ID')
    const reason = asked.text('reason')?.trim()
    if (!reason) throw new UsageError('--reason is missing: say why.')
    const evenIfOwed = asked.flag('even-if-owed')
    if (id.startsWith('aff_')) await forgetAffiliate(operator, { affiliateId: id, reason, evenIfOwed })
    else await forgetCustomer(operator, { customerId: id, reason })
    return { exit: 0, result: { id, forgotten: true }, lines: [`${id} forgotten`] }
  },
}

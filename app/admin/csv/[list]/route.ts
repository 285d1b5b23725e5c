import { csvStream } from '@/app/_components/csv-stream'
import { requireAdministrator } from '@/lib/auth'
import { affiliateList } from '../../_lists/affiliates'
import { alertList } from '../../_lists/alerts'
import { anomalyList } from '../../_lists/anomalies'
import { auditList } from '../../_lists/audit'
import { commissionList } from '../../_lists/commissions'
import { conflictList } from '../../_lists/conflicts'
import { customerList } from '../../_lists/customers'
import { eventList } from '../../_lists/events'
import { debtList, leftOutList, payoutList, runList } from '../../_lists/payouts'
import { findingList } from '../../_lists/sweep'
import { unmatchedList } from '../../_lists/unmatched'

const lists = {
  affiliates: affiliateList,
  alerts: alertList,
  anomalies: anomalyList,
  audit: auditList,
  commissions: commissionList,
  conflicts: conflictList,
  customers: customerList,
  events: eventList,
  payouts: runList,
  'payouts-all': payoutList,
  'payouts-debts': debtList,
  'payouts-left-out': leftOutList,
  sweep: findingList,
  unmatched: unmatchedList,
}

const isList = (name: string): name is keyof typeof lists => Object.hasOwn(lists, name)

/** What a list of the console shows with the filter of its address, all of it. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ list: string }> },
): Promise<Response> {
  const person = await requireAdministrator()
  const { list } = await params
  if (!isList(list)) return new Response('There is no such list.\n', { status: 404 })
  const query = Object.fromEntries(new URL(request.url).searchParams)
  return csvStream(`${list}.csv`, lists[list].file(person, query))
}

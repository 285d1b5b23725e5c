import { csvStream } from '@/app/_components/csv-stream'
import { requireAdministrator } from '@/lib/auth'
import { affiliateList } from '../../_lists/affiliates'
import { alertList } from '../../_lists/alerts'
import { anomalyList } from '../../_lists/anomalies'
import { auditList } from '../../_lists/audit'
import { houseList, reservedList } from '../../_lists/codes'
import { commissionList } from '../../_lists/commissions'
import { conflictList } from '../../_lists/conflicts'
import { customerList } from '../../_lists/customers'
import { eventList } from '../../_lists/events'
import { batchList, importList } from '../../_lists/files'
import { debtList, leftOutList, payoutList, runList } from '../../_lists/payouts'
import { storyList } from '../../_lists/story'
import { findingList, leakList, sweepList } from '../../_lists/sweep'
import { teamList } from '../../_lists/team'
import { unmatchedList } from '../../_lists/unmatched'

const lists = {
  affiliates: affiliateList,
  'affiliates-story': storyList,
  alerts: alertList,
  anomalies: anomalyList,
  audit: auditList,
  'codes-batches': batchList,
  'codes-house': houseList,
  'codes-reserved': reservedList,
  commissions: commissionList,
  conflicts: conflictList,
  customers: customerList,
  events: eventList,
  imports: importList,
  payouts: runList,
  'payouts-all': payoutList,
  'payouts-debts': debtList,
  'payouts-left-out': leftOutList,
  sweep: findingList,
  'sweep-all': sweepList,
  'sweep-lost': leakList,
  team: teamList,
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

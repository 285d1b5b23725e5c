import 'server-only'
import type { Endpoint } from '../endpoint'
import {
  createAffiliateEndpoint,
  getAffiliateEndpoint,
  getBalancesEndpoint,
  listAffiliatesEndpoint,
} from './affiliates'
import { listAdjustmentsEndpoint } from './adjustments'
import { listAnomaliesEndpoint } from './anomalies'
import { attributeByHandEndpoint, getAttributionEndpoint } from './attributions'
import { decideUnmatchedEndpoint, listUnmatchedEndpoint } from './unmatched'
import { listCommissionsEndpoint } from './commissions'
import { listEventsEndpoint } from './events'
import { giveVerdictEndpoint } from './verdicts'
import { listPayoutRunsEndpoint, listPayoutsEndpoint } from './payouts'
import { getReconciliationEndpoint, listFindingsEndpoint } from './reconciliation'

/** The whole API, for its document. */
export const endpoints: readonly Endpoint[] = [
  createAffiliateEndpoint,
  listAffiliatesEndpoint,
  getAffiliateEndpoint,
  getBalancesEndpoint,
  listCommissionsEndpoint,
  getAttributionEndpoint,
  attributeByHandEndpoint,
  listUnmatchedEndpoint,
  decideUnmatchedEndpoint,
  listAnomaliesEndpoint,
  giveVerdictEndpoint,
  listEventsEndpoint,
  listPayoutRunsEndpoint,
  listPayoutsEndpoint,
  listAdjustmentsEndpoint,
  getReconciliationEndpoint,
  listFindingsEndpoint,
]

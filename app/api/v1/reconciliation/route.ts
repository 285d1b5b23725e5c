import { getReconciliationEndpoint } from '@/lib/api/endpoints/reconciliation'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const GET = serve(getReconciliationEndpoint)

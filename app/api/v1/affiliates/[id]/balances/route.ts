import { getBalancesEndpoint } from '@/lib/api/endpoints/affiliates'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const GET = serve(getBalancesEndpoint)

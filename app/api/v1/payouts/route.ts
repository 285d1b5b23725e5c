import { listPayoutsEndpoint } from '@/lib/api/endpoints/payouts'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const GET = serve(listPayoutsEndpoint)

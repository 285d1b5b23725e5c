import { listAdjustmentsEndpoint } from '@/lib/api/endpoints/adjustments'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const GET = serve(listAdjustmentsEndpoint)

import { listAnomaliesEndpoint } from '@/lib/api/endpoints/anomalies'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const GET = serve(listAnomaliesEndpoint)

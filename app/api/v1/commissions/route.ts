import { listCommissionsEndpoint } from '@/lib/api/endpoints/commissions'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const GET = serve(listCommissionsEndpoint)

import { giveVerdictEndpoint } from '@/lib/api/endpoints/verdicts'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const POST = serve(giveVerdictEndpoint)

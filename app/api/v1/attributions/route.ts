import { attributeByHandEndpoint, getAttributionEndpoint } from '@/lib/api/endpoints/attributions'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const GET = serve(getAttributionEndpoint)
export const POST = serve(attributeByHandEndpoint)

import { listEventsEndpoint } from '@/lib/api/endpoints/events'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const GET = serve(listEventsEndpoint)

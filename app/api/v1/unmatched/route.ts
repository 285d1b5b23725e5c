import { decideUnmatchedEndpoint, listUnmatchedEndpoint } from '@/lib/api/endpoints/unmatched'
import { serve } from '@/lib/api/serve'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export const GET = serve(listUnmatchedEndpoint)
export const POST = serve(decideUnmatchedEndpoint)

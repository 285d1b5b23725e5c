import { receive } from '@/lib/intake/receive'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export function POST(request: Request): Promise<Response> {
  return receive(request)
}

import { answerHealth } from '@/lib/api/health'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export function GET(): Promise<Response> {
  return answerHealth()
}

import { answerMetrics } from '@/lib/metrics/answer-metrics'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export function GET(request: Request): Promise<Response> {
  return answerMetrics(request)
}

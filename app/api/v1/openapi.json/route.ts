import { answerOpenApi } from '@/lib/api/openapi'

export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

export function GET(): Response {
  return answerOpenApi()
}

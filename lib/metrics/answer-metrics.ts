import 'server-only'
import { database } from '@/db'
import { answerError, toResponse } from '@/lib/api/answer'
import { authenticate } from '@/lib/api/authenticate'
import { renderMetrics } from './metrics'

/** For Prometheus, with an API key: `authorization: {credentials: trb_…}`. A key with the scope read is enough. */
export async function answerMetrics(request: Request): Promise<Response> {
  try {
    const actor = await authenticate(database(), request)
    const { contentType, text } = await renderMetrics(actor)
    return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
  } catch (error) {
    return toResponse(answerError(error))
  }
}

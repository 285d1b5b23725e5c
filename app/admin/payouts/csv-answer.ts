import 'server-only'
import { TributaryError } from '@/lib/errors'

/** A file to be kept; what cannot be had is said in a sentence. */
export async function csvAnswer(make: () => Promise<{ name: string; csv: string }>): Promise<Response> {
  try {
    const { name, csv } = await make()
    return new Response(csv, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'private, no-store',
      },
    })
  } catch (error) {
    if (error instanceof TributaryError) return new Response(`${error.message}\n`, { status: error.status })
    throw error
  }
}

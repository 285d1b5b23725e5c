import { notFound } from 'next/navigation'
import { findLogo } from '@/lib/programme/looks-queries'

/** The programme's logo. What stands at an address never changes. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const logo = await findLogo(Number((await params).id))
  if (logo === null) notFound()
  return new Response(new Uint8Array(logo.picture), {
    headers: {
      'Content-Type': logo.mediaType,
      'Cache-Control': 'public, max-age=31536000, immutable',
      'Content-Security-Policy': "default-src 'none'",
    },
  })
}

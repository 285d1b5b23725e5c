import { qrSvg } from '@/lib/links/qr-code'
import { fileName, findLink } from '../../_components/find-link'

/** The QR code of a link, to be shown; with `?save` as a file. */
export async function GET(request: Request, { params }: { params: Promise<{ link: string }> }) {
  const link = await findLink((await params).link)
  const isSaved = new URL(request.url).searchParams.has('save')
  return new Response(await qrSvg(link.address), {
    headers: {
      'Content-Type': 'image/svg+xml',
      'Cache-Control': 'private, no-store',
      'Content-Security-Policy': "default-src 'none'",
      ...(isSaved ? { 'Content-Disposition': `attachment; filename="${fileName(link, 'svg')}"` } : {}),
    },
  })
}

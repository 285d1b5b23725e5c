import { qrPng } from '@/lib/links/qr-code'
import { fileName, findLink } from '../../_components/find-link'

/** The QR code of a link as a picture file. */
export async function GET(_request: Request, { params }: { params: Promise<{ link: string }> }) {
  const link = await findLink((await params).link)
  return new Response(new Uint8Array(await qrPng(link.address)), {
    headers: {
      'Content-Type': 'image/png',
      'Cache-Control': 'private, no-store',
      'Content-Disposition': `attachment; filename="${fileName(link, 'png')}"`,
    },
  })
}

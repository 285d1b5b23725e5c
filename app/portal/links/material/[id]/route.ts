import { notFound } from 'next/navigation'
import { requireAffiliatePerson } from '@/lib/auth'
import { TributaryError } from '@/lib/errors'
import { getPicture } from '@/lib/links/material-queries'

/** A picture of the programme's material. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const person = await requireAffiliatePerson('/portal/links')
  const { picture, mediaType } = await getPicture(person, Number((await params).id)).catch(
    (error: unknown) => {
      if (error instanceof TributaryError && error.code === 'not_found') notFound()
      throw error
    },
  )
  return new Response(new Uint8Array(picture), {
    headers: {
      'Content-Type': mediaType,
      'Cache-Control': 'private, max-age=300',
      'Content-Security-Policy': "default-src 'none'",
    },
  })
}

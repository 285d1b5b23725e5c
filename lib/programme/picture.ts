import { inflateSync } from 'node:zlib'

export interface Picture {
  mediaType: 'image/png' | 'image/jpeg'
  width: number
  height: number
}

/** Of 2000 × 2000 pixels in the deepest colours there are, and a byte a row. */
const mostUnpacked = 2000 * (2000 * 8 + 1)

/**
 * What a picture is, by its own bytes: a name may say anything. Null: neither PNG nor JPEG, or damaged. SVG is left out, since it can carry
 * scripts.
 */
export function readPicture(bytes: Buffer): Picture | null {
  if (bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return readPng(bytes)
  return bytes.subarray(0, 3).toString('latin1') === '\xff\xd8\xff' ? readJpeg(bytes) : null
}

function readPng(bytes: Buffer): Picture | null {
  const chunks = chunksOf(bytes)
  const header = chunks[0]
  if (header?.name !== 'IHDR' || header.content.length !== 13 || chunks.at(-1)?.name !== 'IEND') return null
  const packed = chunks.flatMap(({ name, content }) => (name === 'IDAT' ? [content] : []))
  if (!unpacks(Buffer.concat(packed))) return null
  const { content } = header
  return { mediaType: 'image/png', width: content.readUInt32BE(0), height: content.readUInt32BE(4) }
}

/** Length, name, content and checksum, one after the other, as far as they are whole. */
function chunksOf(bytes: Buffer): { name: string; content: Buffer }[] {
  const chunks = []
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    chunks.push({ name: bytes.toString('latin1', at + 4, at + 8), content: bytes.subarray(at + 8, end - 4) })
    at = end
  }
  return chunks
}

function unpacks(packed: Buffer): boolean {
  try {
    return inflateSync(packed, { maxOutputLength: mostUnpacked }).length > 0
  } catch {
    return false
  }
}

function readJpeg(bytes: Buffer): Picture | null {
  let at = 2
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    // The start of a frame, of any kind; C4, C8 and CC are tables.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame)
      return {
        mediaType: 'image/jpeg',
        height: bytes.readUInt16BE(at + 5),
        width: bytes.readUInt16BE(at + 7),
      }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}

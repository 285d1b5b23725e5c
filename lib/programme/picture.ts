export interface Picture {
  mediaType: 'image/png' | 'image/jpeg'
  width: number
  height: number
}

/** What a picture is, by its own bytes: a name may say anything. Null: neither PNG nor JPEG. SVG is left out, since it can carry scripts. */
export function readPicture(bytes: Buffer): Picture | null {
  if (bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return readPng(bytes)
  return bytes.subarray(0, 3).toString('latin1') === '\xff\xd8\xff' ? readJpeg(bytes) : null
}

function readPng(bytes: Buffer): Picture | null {
  // The first chunk is the header: length, name, width, height.
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') return null
  return { mediaType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
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

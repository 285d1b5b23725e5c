import QRCode from 'qrcode'

// Printed and photographed: a quiet zone of four modules is the standard's, level M outlives a smudge.
const options = { errorCorrectionLevel: 'M', margin: 4 } as const

/** A QR code of a text as an SVG document, black on white whatever the page's colours are: scanners expect it. */
export function qrSvg(text: string): Promise<string> {
  return QRCode.toString(text, { ...options, type: 'svg' })
}

/** The same as a PNG, 1024 pixels wide. */
export function qrPng(text: string): Promise<Buffer> {
  return QRCode.toBuffer(text, { ...options, type: 'png', width: 1024 })
}

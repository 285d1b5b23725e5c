/** One CSV text (RFC 4180). What a spreadsheet would take for a formula is kept from being one; amounts are left as they are. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: string): string {
  const isFormula = /^\s*[=+\-@＝＋－＠]/.test(value) && !/^-\d+(\.\d+)?$/.test(value)
  const harmless = isFormula ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** What must never stand in a log, whatever brought it there: an error's text, a query's parameter, a request. */
const secrets: [RegExp, string][] = [
  [/[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/gi, '[address]'],
  [/\b[spr]k_(?:test|live)_\w+/g, '[key]'],
  [/\bwhsec_\w+/g, '[key]'],
  [/\btrb_[0-9a-f]{40}\b/g, '[key]'],
  [/\bv[01]=[0-9a-f]{32,}/gi, '[signature]'],
  [/\bBearer\s+[\w.~+/-]{8,}=*/gi, 'Bearer [key]'],
  [/\b(token|code|secret|password)=[^&\s"'\\]{8,}/gi, '$1=[secret]'],
  // The password in a database's or a mail server's address.
  [/:\/\/[^\s/@"'\\]+@/g, '://[login]@'],
]

/** @param line one line of the log */
export function scrub(line: string): string {
  return secrets.reduce((text, [found, instead]) => text.replace(found, instead), line)
}

const anywhere = 'http://same-site.invalid'

/**
 * A path of this site to go on to, or the fallback: never another site, whatever the text. Query and fragment are kept.
 * Browsers take `/\evil`, `//evil` and `/.//evil` for addresses of other hosts and drop tabs and line breaks before they read;
 * the path is judged as they read it, and once more unescaped for what stands between.
 */
export function safePath(text: unknown, fallback = '/'): string {
  if (typeof text !== 'string' || text.length > 2000 || !text.startsWith('/')) return fallback
  const path = readPath(text)
  const unescaped = path === null ? null : unescape(path)
  if (path === null || unescaped === null || !staysHere(unescaped)) return fallback
  return path
}

function readPath(text: string): string | null {
  if (!staysHere(text) || !URL.canParse(text, anywhere)) return null
  const url = new URL(text, anywhere)
  if (url.origin !== anywhere || !staysHere(url.pathname)) return null
  return `${url.pathname}${url.search}${url.hash}`
}

function unescape(path: string): string | null {
  try {
    return decodeURIComponent(path.split(/[?#]/, 1)[0] ?? '')
  } catch {
    return null
  }
}

function staysHere(path: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are just what is looked for
  return !/^[/\\]{2}|^[^?#]*\\|[\u0000-\u001f\u007f]/.test(path)
}

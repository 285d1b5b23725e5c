/** A place in a list that is ordered by moment and id, the latest first. Text keeps the microseconds that a Date would lose. */
export function encodeCursor(at: string, id: string): string {
  return Buffer.from(`${at}|${id}`).toString('base64url')
}

/** Null for what is no cursor of ours: the list then begins at its beginning. */
export function decodeCursor(cursor: string | undefined): { at: string; id: string } | null {
  const parts = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+\d\d)\|(\w{1,64})$/.exec(
    Buffer.from(cursor ?? '', 'base64url').toString(),
  )
  return parts?.[1] && parts[2] ? { at: parts[1], id: parts[2] } : null
}

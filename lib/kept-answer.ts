interface Kept {
  answer: unknown
  atMs: number
  renewing: boolean
}

const freshMs = 60_000
/** An older one is not given any more, whoever waits for the new one. */
const oldestMs = 300_000
const mostKept = 1_000

const byOwner = new WeakMap<object, Map<string, Kept>>()

/**
 * An answer that is dear to work out is kept for a minute; after that it is given once more while the next one is worked out, unless it
 * is older than five. For figures that show how things go, never for what somebody is paid.
 * @param owner what the answer is read from: kept no longer than that lives
 * @param work says by what it read, not by how long it took, whether the answer is dear: others are worked out each time
 * @param clock epoch milliseconds
 */
export async function keptAnswer<T>(
  owner: object,
  key: string,
  work: () => Promise<{ answer: T; dear: boolean }>,
  clock: () => number = Date.now,
): Promise<T> {
  const answers = byOwner.get(owner) ?? new Map<string, Kept>()
  byOwner.set(owner, answers)
  const renew = async () => {
    const { answer, dear } = await work()
    answers.delete(key)
    if (dear) answers.set(key, { answer, atMs: clock(), renewing: false })
    const [oldest] = answers.keys()
    if (answers.size > mostKept && oldest !== undefined) answers.delete(oldest)
    return answer
  }
  const kept = answers.get(key)
  if (kept === undefined || clock() - kept.atMs > oldestMs) return renew()
  if (clock() - kept.atMs > freshMs && !kept.renewing) {
    kept.renewing = true
    // Whoever asks when it is too old is told what went wrong.
    renew().catch(() => (kept.renewing = false))
  }
  return kept.answer as T // of this key, which one caller uses
}

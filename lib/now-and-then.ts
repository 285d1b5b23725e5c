const shortestPauseMs = 10_000
const longestPauseMs = 900_000

/**
 * Of something that is asked for again and again, does as much as takes a hundredth of the time: every ten seconds at most, every quarter
 * of an hour at least. After a failure it waits the longest.
 */
export function nowAndThen<Given extends unknown[]>(
  work: (...given: Given) => Promise<void>,
): (...given: Given) => Promise<void> {
  let againAt = 0
  return async (...given) => {
    const begun = Date.now()
    if (begun < againAt) return
    againAt = begun + longestPauseMs
    await work(...given)
    const took = Date.now() - begun
    againAt = begun + Math.min(longestPauseMs, Math.max(shortestPauseMs, took * 100))
  }
}

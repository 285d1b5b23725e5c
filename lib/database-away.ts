const away = /^(CONNECT_TIMEOUT|CONNECTION_\w+|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|57P0\d|53300|08\w{3})$/
/** Conflicts, resources, interventions, locks, and a server that takes no writes for now: classes of PostgreSQL's appendix A. */
const passing = /^(40\w{3}|53\w{3}|57\w{3}|55P03|25006)$/

/** Whether the database could not be reached, or is starting, stopping or full of connections: worth another try later. */
export function isDatabaseAway(error: unknown): boolean {
  return codesOf(error).some((code) => away.test(code))
}

/** Whether the same statement may succeed later although nothing about it changes. */
export function isPassing(error: unknown): boolean {
  return codesOf(error).some((code) => away.test(code) || passing.test(code))
}

function codesOf(error: unknown): string[] {
  const codes: string[] = []
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string') codes.push(cause.code)
  return codes
}

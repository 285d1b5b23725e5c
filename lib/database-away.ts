const away = /^(CONNECT_TIMEOUT|CONNECTION_\w+|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|57P0\d|53300|08\w{3})$/

/** Whether the database could not be reached, or is starting, stopping or full of connections: worth another try later. */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && away.test(cause.code)) return true
  }
  return false
}

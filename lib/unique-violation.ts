/** The name of the unique index or constraint that refused a row; null for any other error. */
export function violatedConstraint(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!('code' in cause) || cause.code !== '23505') continue
    return 'constraint_name' in cause && typeof cause.constraint_name === 'string'
      ? cause.constraint_name
      : ''
  }
  return null
}

/**
 * An error a person can act on. `code` is stable and machine-readable, `field` names the input it belongs to.
 * The HTTP status is the one of contract's REST API.
 */
export class TributaryError extends Error {
  override readonly name = 'TributaryError'
  constructor(
    readonly code:
      | 'invalid'
      | 'unauthenticated'
      | 'forbidden'
      | 'not_found'
      | 'conflict'
      | 'unprocessable'
      | 'rate_limited',
    message: string,
    readonly field?: string,
  ) {
    super(message)
  }

  get status(): number {
    return {
      invalid: 400,
      unauthenticated: 401,
      forbidden: 403,
      not_found: 404,
      conflict: 409,
      unprocessable: 422,
      rate_limited: 429,
    }[this.code]
  }
}

import { docUrl, type ErrorBody } from '@/lib/stripe-sandbox/machine/faults'
import { generator } from '@/lib/stripe-sandbox/machine/identifiers'
import type { Failure } from '@/lib/stripe-sandbox/machine/settings'

const messages: Record<number, string> = {
  409: 'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through).',
  429: 'Request rate limit exceeded.',
}
const codes: Record<number, string> = { 409: 'idempotency_key_in_use', 429: 'rate_limit' }

/** What a failure answers. */
export function errorOf({
  status,
  code = codes[status],
  message = messages[status],
}: Pick<Failure, 'status' | 'code' | 'message'>): ErrorBody {
  return {
    type: status === 409 ? 'idempotency_error' : status < 500 ? 'invalid_request_error' : 'api_error',
    message: message ?? 'Something went wrong on Stripe’s end.',
    ...(code === undefined ? {} : { code, doc_url: docUrl(code) }),
  }
}

/** These keep a request from being done; they meet one that has been answered before just as well. */
const onTheWay = new Set<Failure['how']>(['error', 'cut', 'silence', 'lost', 'mute'])
/** These answer without doing anything, and nothing is kept. */
export const isBefore = ({ how }: Failure): boolean => how === 'error' || how === 'cut' || how === 'silence'

/** Chooses who fails, in a way that the same requests in the same order repeat. */
export class Failures {
  readonly #dice = generator(5, 7, 11)

  /** @returns the failure that this request meets, and the list that is left after it. */
  meet(
    failures: Failure[],
    ask: { method: string; path: string; isKnown: boolean },
  ): { failure: Failure; left: Failure[] } | null {
    if (ask.path.startsWith('/v1/test_helpers/sandbox')) return null
    const failure = failures.find(
      (it) =>
        it.times > 0 &&
        ask.path.startsWith(it.path) &&
        (it.method === undefined || it.method === ask.method) &&
        (!ask.isKnown || onTheWay.has(it.how)) &&
        (it.chance === undefined || this.#dice() < it.chance),
    )
    if (!failure) return null
    const left = failures.map((it) => (it === failure ? { ...it, times: it.times - 1 } : it))
    return { failure, left: left.filter((it) => it.times > 0) }
  }
}

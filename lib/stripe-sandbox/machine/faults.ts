/** An error body as Stripe answers it. https://docs.stripe.com/api/errors */
export interface ErrorBody {
  type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error'
  message: string
  code?: string
  param?: string
  decline_code?: string
  doc_url?: string
  charge?: string
  payment_intent?: object
  payment_method?: object
}

/** `kept`: what was done before the error stands, as a declined charge does. */
export class StripeFault extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly kept = false,
  ) {
    super(body.message)
  }
}

export function invalid(message: string, param?: string, code?: string): StripeFault {
  return new StripeFault(400, {
    type: 'invalid_request_error',
    message,
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { code, doc_url: docUrl(code) }),
  })
}

const nouns: Record<string, string> = {
  'checkout.session': 'checkout.session',
  payment_method: 'PaymentMethod',
  'test_helpers.test_clock': 'test clock',
  promotion_code: 'promotion code',
}

export function missing(kind: string, id: string, param = 'id'): StripeFault {
  const noun = nouns[kind] ?? kind
  return new StripeFault(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    doc_url: docUrl('resource_missing'),
    message: `No such ${noun}: '${id}'`,
    param,
  })
}

/** A reference in the parameters to something that is not there: 400, unlike a missing object of the path. */
export function missingReference(kind: string, id: string, param: string): StripeFault {
  return new StripeFault(400, missing(kind, id, param).body)
}

export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`
}

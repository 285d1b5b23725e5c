import type { Reading } from './ask'

/**
 * Those of a batch whose ids the error names (a row that the database refused stands in its detail) apart from the rest, which can be
 * settled together without looking for the culprit.
 */
export function namedApart(
  readings: readonly Reading[],
  error: unknown,
): { named: Reading[]; rest: Reading[] } {
  const text = wordsOf(error)
  const isNamed = (reading: Reading) => idsOf(reading).some((id) => text.includes(id))
  return { named: readings.filter(isNamed), rest: readings.filter((reading) => !isNamed(reading)) }
}

/** Of the innermost error: those around it repeat the statement with the parameters of the whole batch. */
function wordsOf(error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause
  if (!(inner instanceof Error)) return ''
  const detail = 'detail' in inner && typeof inner.detail === 'string' ? inner.detail : ''
  return `${inner.message} ${detail}`
}

function idsOf({ event, facts }: Reading): string[] {
  const ids = facts.flatMap((fact) => [fact.objectId, fact.customerId, fact.invoiceId, fact.paymentId])
  return [event.id, ...ids].filter((id): id is string => typeof id === 'string' && id !== '')
}

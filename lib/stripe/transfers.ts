import { Stripe } from './client'

export interface TransferAsk {
  /** Names the transfer in its group and metadata, by which it is found again. */
  payoutId: string
  runId: string
  affiliateId: string
  amountMinor: bigint
  currency: string
  destination: string
}

export interface FoundTransfer {
  id: string
  amountMinor: bigint
  currency: string
  destination: string
}

/** What an answer to a transfer means. */
export type TransferAnswer =
  | { kind: 'sent'; transfer: FoundTransfer }
  /** This request made none. */
  | { kind: 'refused'; why: 'failed' | 'insufficient_balance'; sentence: string }
  /** It may have made one. `spent`: the key gives an error that is over for ever. `stop`: no other will fare better. */
  | { kind: 'unknown'; sentence: string; spent: boolean; stop: boolean }

/**
 * Asks Stripe once for a transfer. Never throws for what Stripe answers or does not answer.
 * @param idempotencyKey our own, committed before
 */
export async function sendTransfer(
  stripe: Stripe,
  ask: TransferAsk,
  idempotencyKey: string,
): Promise<TransferAnswer> {
  const { payoutId, runId, affiliateId, amountMinor, currency, destination } = ask
  if (amountMinor > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RangeError(`${amountMinor} is too much for one transfer.`)
  try {
    const transfer = await stripe.transfers.create(
      {
        amount: Number(amountMinor),
        currency,
        destination,
        transfer_group: payoutId,
        metadata: { payout_id: payoutId, payout_run_id: runId, affiliate_id: affiliateId },
      },
      // Each answer is to be the answer to one request: a retry of the SDK's own could hide what the first one did.
      { idempotencyKey, maxNetworkRetries: 0 },
    )
    return { kind: 'sent', transfer: foundOf(transfer) }
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return answerOf(error)
    throw error
  }
}

function answerOf(error: InstanceType<typeof Stripe.errors.StripeError>): TransferAnswer {
  const { statusCode, code, type } = error
  const sentence = `Stripe: ${error.message.slice(0, 300)}`
  const replayed = error.headers?.['idempotent-replayed'] === 'true'
  const isRefusal = statusCode === 400 || statusCode === 402 || statusCode === 404
  if (isRefusal && type !== 'StripeIdempotencyError') {
    return {
      kind: 'refused',
      why: code === 'balance_insufficient' ? 'insufficient_balance' : 'failed',
      sentence,
    }
  }
  // A key of the wrong kind, or one that was used for something else, says nothing of this transfer and helps no other.
  const stop = statusCode === 401 || statusCode === 403 || (isRefusal && type === 'StripeIdempotencyError')
  return { kind: 'unknown', sentence, spent: replayed && (statusCode ?? 0) >= 500, stop }
}

/** The transfers that were made for a payout: one at most, if all is well. Throws Stripe's errors. */
export async function findTransfers(stripe: Stripe, payoutId: string): Promise<FoundTransfer[]> {
  const found: FoundTransfer[] = []
  for await (const transfer of stripe.transfers.list({ transfer_group: payoutId, limit: 100 }))
    if (transfer.metadata['payout_id'] === payoutId) found.push(foundOf(transfer))
  return found
}

function foundOf(transfer: Stripe.Transfer): FoundTransfer {
  const { id, amount, currency, destination } = transfer
  return {
    id,
    amountMinor: BigInt(amount),
    currency,
    destination: typeof destination === 'string' ? destination : (destination?.id ?? ''),
  }
}

import { availableIn, balanceOf } from '@/lib/stripe-sandbox/billing/balance'
import { bookTransaction } from '@/lib/stripe-sandbox/billing/fees'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import {
  amount,
  boolean,
  clearable,
  currency,
  mergeMetadata,
  metadata,
  needed,
  oneOf,
  text,
} from '@/lib/stripe-sandbox/machine/fields'
import { listShape, narrowest, page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { Transfer, TransferReversal } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

const shown = 10

interface TransferAsk {
  amount: number
  currency: string
  destination: string
  description?: string
  transfer_group?: string
}

function assertCanBePaid(world: World, ask: TransferAsk): void {
  if (ask.amount < 1) throw invalid('Invalid positive integer', 'amount', 'parameter_invalid_integer')
  const account = world.store.find('sandbox.account', ask.destination)
  if (!account || account.closed) throw missingReference('destination', ask.destination, 'destination')
  if (account.transfers !== 'active') {
    throw invalid(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
      undefined,
      'insufficient_capabilities_for_transfer',
    )
  }
  if (availableIn(world, ask.currency) < ask.amount) {
    throw invalid(
      'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance',
      undefined,
      'balance_insufficient',
    )
  }
}

function createTransfer(world: World, ask: TransferAsk, marks: Record<string, string>): Transfer {
  assertCanBePaid(world, ask)
  const at = world.wall()
  const id = world.id('tr_1', 23)
  const booked = bookTransaction(world, {
    amount: -ask.amount,
    currency: ask.currency,
    rate: null,
    fee: 0,
    type: 'transfer',
    category: 'transfer',
    description: ask.description ?? null,
    source: id,
    at,
    isAvailable: true,
  })
  const transfer = {
    id,
    object: 'transfer',
    amount: ask.amount,
    amount_reversed: 0,
    balance_transaction: booked.id,
    created: at,
    currency: ask.currency,
    description: ask.description ?? null,
    destination: ask.destination,
    destination_payment: world.id('py_1', 23),
    livemode: false,
    metadata: marks,
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: null,
    source_type: 'card',
    transfer_group: ask.transfer_group ?? null,
  } satisfies Transfer
  world.store.put('transfer', transfer)
  world.emit('transfer.created', transfer, at)
  return transfer
}

/** Takes money back from the account; what it has is not played, so there is always enough. */
function reverse(
  world: World,
  id: string,
  ask: { amount?: number; description?: string; metadata: Record<string, string> },
): TransferReversal {
  const before = world.store.need('transfer', id)
  const left = before.amount - before.amount_reversed
  const size = ask.amount ?? left
  if (left === 0) throw invalid(`Transfer ${id} is already reversed.`, undefined, 'transfer_already_reversed')
  if (size < 1) throw invalid('Invalid positive integer', 'amount', 'parameter_invalid_integer')
  if (size > left) {
    throw invalid(
      `Reversal amount (${size}) is greater than unreversed amount on transfer (${left})`,
      'amount',
      'amount_too_large',
    )
  }
  const at = world.wall()
  const reversalId = world.id('trr_1', 23)
  const booked = bookTransaction(world, {
    amount: size,
    currency: before.currency,
    rate: null,
    fee: 0,
    type: 'transfer_refund',
    category: 'transfer_reversal',
    description: ask.description ?? null,
    source: reversalId,
    at,
    isAvailable: true,
  })
  const reversal = {
    id: reversalId,
    object: 'transfer_reversal',
    amount: size,
    balance_transaction: booked.id,
    created: at,
    currency: before.currency,
    destination_payment_refund: world.id('pyr_1', 23),
    metadata: ask.metadata,
    source_refund: null,
    transfer: id,
  } satisfies TransferReversal
  world.store.put('transfer_reversal', reversal)
  const all = [...world.store.walk('transfer_reversal', { index: 'transfer', key: id }, undefined, false)]
  const after = world.store.update('transfer', id, {
    amount_reversed: before.amount_reversed + size,
    reversed: size === left,
    reversals: { ...before.reversals, data: all.slice(0, shown), has_more: all.length > shown },
  })
  world.emit('transfer.reversed', after, at, before)
  return reversal
}

function updateTransfer(world: World, id: string, change: Partial<Transfer>): Transfer {
  const before = world.store.need('transfer', id)
  const after = world.store.update('transfer', id, change)
  world.emit('transfer.updated', after, world.wall(), before)
  return after
}

const reversalOf = (world: World, transfer: string, id: string): TransferReversal => {
  const found = world.store.need('transfer_reversal', id)
  if (found.transfer !== transfer) throw missingReference('transfer_reversal', id, 'id')
  return found
}

export const transferRoutes = [
  route('GET', '/v1/balance', {}, (world) => balanceOf(world)),
  route(
    'POST',
    '/v1/transfers',
    {
      amount: needed(amount),
      currency: needed(currency),
      destination: needed(text),
      description: text,
      metadata,
      source_type: oneOf('card'),
      transfer_group: text,
    },
    (world, { metadata: marks, source_type: _, ...ask }) =>
      createTransfer(world, ask, mergeMetadata({}, marks)),
  ),
  route('GET', '/v1/transfers/:id', {}, (world, _, id) => world.store.need('transfer', id)),
  route(
    'POST',
    '/v1/transfers/:id',
    { description: text, metadata: clearable(metadata) },
    (world, params, id) =>
      updateTransfer(world, id, {
        ...(params.description === undefined ? {} : { description: params.description }),
        metadata: mergeMetadata(world.store.need('transfer', id).metadata, params.metadata),
      }),
  ),
  route(
    'GET',
    '/v1/transfers',
    { ...listShape, destination: text, transfer_group: text },
    (world, { destination, transfer_group, ...params }) =>
      page(world, 'transfer', '/v1/transfers', params, {
        by: narrowest({ transfer_group, destination }),
        where: (it) => destination === undefined || it.destination === destination,
      }),
  ),
  route(
    'POST',
    '/v1/transfers/:id/reversals',
    { amount, description: text, metadata, refund_application_fee: boolean },
    (world, params, id) =>
      reverse(world, id, {
        ...(params.amount === undefined ? {} : { amount: params.amount }),
        ...(params.description === undefined ? {} : { description: params.description }),
        metadata: mergeMetadata({}, params.metadata),
      }),
  ),
  route('GET', '/v1/transfers/:id/reversals', pageShape, (world, params, id) => {
    world.store.need('transfer', id)
    return page(world, 'transfer_reversal', `/v1/transfers/${id}/reversals`, params, {
      by: { index: 'transfer', key: id },
    })
  }),
  route('GET', '/v1/transfers/:id/reversals/:reversal', {}, (world, _, id, reversal) =>
    reversalOf(world, id, reversal),
  ),
]

/** Where a payout can be interrupted, in the order of its way. */
export const payoutSteps = [
  'approve:locked',
  'approve:fixed',
  'approve:moved',
  'approve:written',
  'send:leased',
  'send:checked',
  'send:attempt_written',
  'send:attempt_committed',
  'send:answered',
  'send:paid_moved',
  'send:paid_written',
  'send:paid_committed',
  'look:leased',
  'look:looked',
  'release:locked',
  'release:moved',
  'release:written',
] as const
export type PayoutStep = (typeof payoutSteps)[number]

/** Told of each step as it is reached; the proofs die there. */
export type Watch = (step: PayoutStep) => Promise<void> | void
export const unwatched: Watch = () => undefined

'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireSandbox } from '../_components/sandbox'
import { makeTestPurchase, testWays } from '@/lib/demo/test-purchase'

/** Buys on the sandbox, then shows whose customer it became. */
export const tryIt = formAction({
  schema: z.object({ way: z.enum(testWays) }),
  who: async () => (await requireSandbox()).player,
  perform: async (_, { way }) => ({ way, paymentId: await makeTestPurchase(way) }),
  next: ({ way, paymentId }) => `/sandbox/try?${new URLSearchParams({ way, payment: paymentId })}#came`,
})

import type { Actor } from '@/lib/actor'

/** As whom the demo is made. */
export const demoMaker: Actor = { kind: 'system', job: 'demo' }

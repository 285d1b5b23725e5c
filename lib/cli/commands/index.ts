import { migrate, replay, verify } from './books'
import { exportCommand } from './export'
import type { Command } from './command'
import { affiliateStandings, paymentsReverse } from './decisions'
import { drillCommand } from './drill'
import { forget } from './forgetting'
import { drainCommand, eventsRetry } from './intake'
import { linkCommands } from './links'
import { affiliatesApprove, apiKeyCreate, createAdmin } from './people'
import { setupProgramme, termsSet, termsShow } from './programme'
import { reconcileCommand } from './reconcile'
import { setupStripe } from './stripe'

/** In the order of the help. */
export const commands: readonly Command[] = [
  migrate,
  setupProgramme,
  setupStripe,
  termsShow,
  termsSet,
  createAdmin,
  apiKeyCreate,
  affiliatesApprove,
  ...affiliateStandings,
  paymentsReverse,
  ...linkCommands,
  forget,
  drainCommand,
  reconcileCommand,
  verify,
  replay,
  drillCommand,
  exportCommand,
  eventsRetry,
]

import { apiKeyCommands } from './api-keys'
import { migrate, replay, verify } from './books'
import { exportCommand } from './export'
import type { Command } from './command'
import { affiliateStandings, paymentsReverse } from './decisions'
import { drillCommand } from './drill'
import { forget } from './forgetting'
import { drainCommand, eventsRetry } from './intake'
import { linkCommands } from './links'
import { affiliatesApprove, createAdmin } from './people'
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
  ...apiKeyCommands,
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

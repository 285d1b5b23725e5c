import pino from 'pino'
import { readSettings } from './env'

/** Structured log on standard error. Ids only: never a secret, never an address. */
export const log = pino(
  {
    // Not env(): a module that only logs must load where the rest of the configuration is not there, as in a build.
    level: readSettings().LOG_LEVEL ?? 'info',
    base: undefined,
    redact: ['*.email', '*.secret', '*.token', '*.authorization'],
    serializers: { error: pino.stdSerializers.err },
  },
  pino.destination({ dest: 2, sync: false }),
)

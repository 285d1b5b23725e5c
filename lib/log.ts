import pino from 'pino'
import { readSettings } from './env'
import { scrub } from './scrub'

/** Structured log on standard error. Ids only: never a secret, never an address. */
export const log = pino(
  {
    // Not env(): a module that only logs must load where the rest of the configuration is not there, as in a build.
    level: readSettings().LOG_LEVEL ?? 'info',
    base: undefined,
    redact: ['*.email', '*.secret', '*.token', '*.authorization'],
    serializers: { error: pino.stdSerializers.err },
    // What nobody meant to write: addresses and keys inside the texts of errors.
    hooks: { streamWrite: scrub },
  },
  pino.destination({ dest: 2, sync: false }),
)

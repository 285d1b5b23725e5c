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
    serializers: { error: (error: unknown) => pino.stdSerializers.err(behind(error)) },
    // What nobody meant to write: addresses and keys inside the texts of errors.
    hooks: { streamWrite: scrub },
  },
  pino.destination({ dest: 2, sync: false }),
)

/** A failed query's own message has its parameters in it, which are not for the log. */
function behind(error: unknown): Error {
  const isQuery = error instanceof Error && error.message.startsWith('Failed query')
  return (isQuery && error.cause instanceof Error ? error.cause : error) as Error // the serialiser lets others through
}

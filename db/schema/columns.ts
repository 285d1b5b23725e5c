import { bigint, customType, text, timestamp } from 'drizzle-orm/pg-core'

/** An instant of the world or of ours, to the microsecond, always with its zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Minor units of a currency that stands beside it. */
export const minor = (name: string) => bigint(name, { mode: 'bigint' })

/** An identifier of Stripe's or ours; compared byte by byte. */
export const id = (name: string) => text(name)

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

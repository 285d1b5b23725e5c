import 'server-only'
import { database, programme, programmeLogos, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { isColour } from './accent'
import { looksOf } from './looks-queries'
import { readPicture, type Picture } from './picture'

export interface NewLooks {
  name: string
  /** `#rrggbb`; null: Tributary's own. */
  accent: string | null
  /** PNG or JPEG, at most 256 KiB; null: none; absent: as it is. */
  logo?: Buffer | null | undefined
  /** As `getLooks` gave it: what somebody else changed meanwhile is not overruled unseen. */
  seen: string
}

const mostBytes = 256 * 1024
const mostPixels = 2000

/**
 * How the programme is called and looks, wherever it shows itself.
 * @throws TributaryError forbidden, invalid (field `name`, `accent` or `logo`), conflict where somebody else changed it meanwhile
 */
export async function changeLooks(
  actor: Actor,
  input: NewLooks,
  options: { db?: Database; now?: Date } = {},
): Promise<void> {
  requireRole(actor, 'admin')
  const { accent, logo } = input
  const name = input.name.replace(/\s+/g, ' ').trim()
  if (name === '' || name.length > 100)
    throw new TributaryError('invalid', 'A name of 1 to 100 characters is wanted.', 'name')
  if (accent !== null && !isColour(accent))
    throw new TributaryError('invalid', 'A colour such as #0b5c70 is wanted.', 'accent')
  const picture = logo ? checkedPicture(logo) : null
  await (options.db ?? database()).transaction(async (tx) => {
    const [former] = await tx.select().from(programme).for('update')
    if (!former) throw new TributaryError('not_found', 'The programme has not been set up yet.')
    if (looksOf(former).seen !== input.seen)
      throw new TributaryError('conflict', 'Somebody else has changed this meanwhile. Look at it again.')
    const now = options.now ?? (await programmeNow(tx))
    let { logoId } = former
    if (logo === null) logoId = null
    if (logo && picture) {
      const row = { ...picture, picture: logo, uploadedAt: now }
      const [written] = await tx.insert(programmeLogos).values(row).returning({ id: programmeLogos.id })
      logoId = written?.id ?? null
    }
    await tx.update(programme).set({ name, accent, logoId })
    await writeAudit(tx, {
      actor,
      action: 'programme.looks',
      subjectId: 'programme',
      before: { name: former.name, accent: former.accent, logoId: former.logoId },
      after: { name, accent, logoId },
      at: now,
    })
  })
}

function checkedPicture(logo: Buffer): Picture {
  const picture = readPicture(logo)
  if (picture === null)
    throw new TributaryError('invalid', 'A PNG or JPEG picture is wanted, undamaged.', 'logo')
  if (logo.length > mostBytes)
    throw new TributaryError('invalid', 'A picture of at most 256 KiB is wanted.', 'logo')
  const sides = [picture.width, picture.height]
  if (sides.some((side) => side < 16 || side > mostPixels))
    throw new TributaryError('invalid', `A picture of 16 to ${mostPixels} pixels a side is wanted.`, 'logo')
  return picture
}

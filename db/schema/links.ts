import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { bytes, id, instant } from './columns'

/** Pages of the product that links may lead to, and no others. The oldest is where a link without a page of its own leads. */
export const landingPages = pgTable(
  'landing_pages',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** As `new URL` writes it, without a fragment. */
    url: text('url').notNull(),
    label: text('label').notNull(),
    /** Whether it stands for every page below it too. */
    withBelow: boolean('with_below').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [uniqueIndex('landing_pages_url_once').on(t.url)],
)

/** An affiliate's links to one page each: `/r/AHMET5/newsletter`. Once given out, a slug never leads anywhere else's way. */
export const links = pgTable(
  'links',
  {
    id: id('id').primaryKey(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    slug: text('slug').notNull(),
    label: text('label').notNull(),
    url: text('url').notNull(),
    createdAt: instant('created_at').notNull(),
    /** NULL: shown. It leads on and counts either way. */
    archivedAt: instant('archived_at'),
  },
  (t) => [
    uniqueIndex('links_slug_once').on(t.affiliateId, t.slug),
    check('links_slug_plain', sql`${t.slug} ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`),
  ],
)

/** Visits by link and day: each visitor once a day. */
export const linkDays = pgTable(
  'link_days',
  {
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    /** Of `links`; empty: the code's own, `/r/AHMET5`. */
    linkId: id('link_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    visits: integer('visits').notNull(),
  },
  (t) => [
    primaryKey({ name: 'link_days_pkey', columns: [t.affiliateId, t.linkId, t.day] }),
    check('link_days_visits_positive', sql`${t.visits} > 0`),
  ],
)

/** The day's random salt. It goes with the day, and with it what could lead from a hash to a visitor. */
export const visitSalts = pgTable('visit_salts', {
  day: date('day', { mode: 'string' }).primaryKey(),
  salt: text('salt').notNull(),
})

/** Today's visitors, as salted hashes of link, network address and browser: only to count each once. Gone with the day. */
export const visitors = pgTable(
  'visitors',
  {
    day: date('day', { mode: 'string' }).notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [primaryKey({ name: 'visitors_pkey', columns: [t.day, t.hash] })],
)

/** What the programme gives its affiliates to recommend with. */
export const materials = pgTable(
  'materials',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    title: text('title').notNull(),
    /** With {code} and {link} for the affiliate's own. NULL: a picture. */
    text: text('text'),
    /** NULL: a text. */
    picture: bytes('picture'),
    mediaType: text('media_type'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    index('materials_by_time').on(t.createdAt, t.id),
    check('materials_text_or_picture', sql`(${t.text} is null) <> (${t.picture} is null)`),
    check('materials_picture_has_type', sql`(${t.picture} is null) = (${t.mediaType} is null)`),
    check(
      'materials_type_known',
      sql`${t.mediaType} in ('image/png', 'image/jpeg', 'image/gif', 'image/webp')`,
    ),
  ],
)

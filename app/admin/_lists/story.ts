import 'server-only'
import { one, oneOf } from '@/app/_components/query'
import { listStory, storyKinds, type StoryKind } from '@/lib/affiliates/story-queries'
import { decimalString } from '@/lib/money'
import { consoleList, moment, text } from './console-list'

/** Of one affiliate. */
export const storyList = consoleList({
  path: '/admin/affiliates/[affiliate]/story',
  read: (query): { affiliateId: string; kind?: StoryKind | undefined } => ({
    affiliateId: one(query.affiliate) ?? '',
    kind: oneOf(query.kind, storyKinds),
  }),
  write: ({ affiliateId, kind }) => ({ affiliate: affiliateId, kind }),
  find: async (person, filter) => {
    const { chapters, ...ends } = await listStory(person, filter)
    return { rows: chapters, ...ends }
  },
  columns: {
    at: (row) => moment(row.at),
    kind: (row) => row.kind,
    what: (row) => row.what,
    detail: (row) => text(row.detail),
    payout_run: (row) => text(row.runId),
    amount: (row) =>
      row.amountMinor !== null && row.currency !== null ? decimalString(row.amountMinor, row.currency) : '',
    currency: (row) => text(row.currency?.toUpperCase()),
  },
})

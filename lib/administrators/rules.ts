export const invitationDays = 7
/** So many letters an invitation, the first included: a mailbox is not to be filled from here. */
export const mostLetters = 10

/** What a role may, as a sentence goes on after "you". */
export const roleWords: Record<'admin' | 'finance' | 'viewer', string> = {
  admin: 'run everything: affiliates, codes, terms, payouts and the team',
  finance: 'see everything, and draft, approve and send payouts',
  viewer: 'see and export everything, and change nothing',
}

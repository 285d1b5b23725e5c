export const mailKinds = [
  'new_customer',
  'first_commission',
  'held',
  'reversal_after_payout',
  'payout_sent',
  'new_terms',
  'monthly_summary',
] as const
export type MailKind = (typeof mailKinds)[number]

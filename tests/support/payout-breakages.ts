const line = (payouts: string, amount = 'amount_minor') => `
  insert into payout_lines (payout_id, transfer_id, affiliate_id, currency, amount_minor, earned_on, payable_on, kind, line_key,
                            payment_id, invoice_id)
  select p.id, t.id, t.affiliate_id, t.currency, t.${amount}, t.earned_on, t.payable_on, t.kind, t.line_key, t.payment_id, t.invoice_id
  from ledger_transfers t, payouts p where t.line_key = 'instalment/0' and p.id in (${payouts})`
const approve = (which: string) =>
  `update payouts set state = 'approved', approved_on = '2026-03-02' where id in (${which})`

/** What breaks the invariants of payouts in the small books: the name, the deed, what is found. */
export const payoutBreakages: [name: string, statement: string, words: string][] = [
  ['payout_lines_are_the_ledgers', line(`'pay_1'`, 'amount_minor + 1'), 'pay_1'],
  [
    'lines_are_in_one_live_payout',
    `drop index payout_lines_in_one_live_payout; ${approve(`'pay_1', 'pay_2'`)}; ${line(`'pay_1', 'pay_2'`)}`,
    'is in pay_1, pay_2',
  ],
  ['payouts_add_up', approve(`'pay_1'`), 'pay_1: the lines give 0, it says 446'],
  ['only_live_payouts_keep_lines', line(`'pay_1'`), 'pay_1 is draft'],
  [
    'every_line_is_owed_or_in_a_payout',
    `update balance_days set amount_minor = 445 where amount_minor = 446`,
    'the lines give 446, the balance says 445',
  ],
  ['in_payout_and_paid_are_payouts', approve(`'pay_1'`), 'in_payout: the ledger says 0, the payouts 446'],
  [
    'cash_is_what_was_paid',
    `update ledger_transfers set credit = 'cash' where line_key = 'instalment/0'`,
    'usd: cash 446, paid 0',
  ],
  ['payouts_were_approved', approve(`'pay_1'`), 'pay_1 is approved in the draft run run_1'],
  [
    'transfers_were_asked_for',
    `update payouts set state = 'sending', method = 'stripe', approved_on = '2026-03-02' where id = 'pay_1'`,
    'pay_1 is sending',
  ],
]

import { sql } from 'drizzle-orm'
import { payouts } from '@/db'
import type { Books } from './books'

/** Affiliates who are owed something and have an account at Stripe, written by the hundred. @returns their ids */
export async function manyAffiliates(books: Books, many: number, from = 0): Promise<string[]> {
  const ids: string[] = []
  for (let n = from; n < from + many; n++) {
    const account = await books.stripe.v2.core.accounts.create({
      identity: { country: 'de' },
      configuration: {
        recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } },
      },
    })
    await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/accounts/${account.id}/onboard`)
    ids.push(account.id)
  }
  return writeOwed(books, ids, from)
}

/** As `manyAffiliates`, with accounts that Stripe has never heard of. @returns their ids */
export async function manyOwed(books: Books, many: number): Promise<string[]> {
  return writeOwed(
    books,
    Array.from({ length: many }, (_, n) => `acct_none${n}`),
    0,
  )
}

async function writeOwed(books: Books, ids: readonly string[], from: number): Promise<string[]> {
  const rows = JSON.stringify(ids.map((account, n) => ({ account, n: from + n, amount: 5000 + from + n })))
  await books.db.transaction(async (tx) => {
    const given = sql`jsonb_to_recordset(${rows}::jsonb) as given (account text, n int, amount bigint)`
    const owner = sql`'aff_many' || lpad(n::text, 5, '0')`
    await tx.execute(sql`
      insert into affiliates (id, handle, display_name, email, status, created_at)
      select ${owner}, 'Many' || n, 'Many ' || n, 'many' || n || '@example.org', 'active', '2025-01-01' from ${given}`)
    await tx.execute(sql`
      insert into codes (code, affiliate_id, stripe_coupon_id, stripe_promotion_code_id, status, percent_off_bps, created_at)
      select 'MANY' || n, ${owner}, 'trb_many' || n, 'promo_many' || n, 'active', 500, '2025-01-01' from ${given}`)
    await tx.execute(sql`
      insert into connect_accounts (affiliate_id, stripe_account_id, transfers) select ${owner}, account, 'active' from ${given}`)
    await tx.execute(sql`
      insert into payout_details (affiliate_id, method, destination, digest, changed_by, at)
      select ${owner}, 'stripe', jsonb_build_object('accountId', account), account, 'test', '2025-06-01' from ${given}`)
    await tx.execute(sql`
      insert into ledger_transfers (recorded_at, occurred_at, earned_on, payable_on, debit, credit, currency, amount_minor, line_key,
                                    seq, kind, affiliate_id)
      select '2026-01-15', '2026-01-15', '2026-01-15', '2026-01-15', 'opening_balances', 'earned', 'usd', amount, 'opening:many' || n, 1,
             'opening', ${owner} from ${given}`)
    await tx.execute(sql`
      insert into balance_days (affiliate_id, currency, account, earned_on, payable_on, amount_minor)
      select ${owner}, 'usd', 'earned', '2026-01-15', '2026-01-15', amount from ${given}`)
  })
  return ids.map((_, n) => `aff_many${String(from + n).padStart(5, '0')}`)
}

/** Where what Stripe has and what the books say is paid are not the same, one to one and to the unit; empty: nowhere. */
export async function transfersMatch(books: Books): Promise<string[]> {
  const paid = (await books.db.select().from(payouts)).filter(
    ({ state }) => state === 'paid' || state === 'returned',
  )
  const inBooks = paid.map((payout) => {
    const { accountId } = payout.destination as { accountId: string } // these payouts all go by Stripe
    return `${payout.reference} ${payout.id} ${payout.amountMinor} ${payout.currency} ${accountId}`
  })
  const atStripe = books.sandbox
    .all('transfer')
    .map(
      (made) =>
        `${made.id} ${made.metadata['payout_id']} ${made.amount} ${made.currency} ${String(made.destination)}`,
    )
  const [books1, stripe1] = [new Set(inBooks), new Set(atStripe)]
  return [...inBooks.filter((line) => !stripe1.has(line)), ...atStripe.filter((line) => !books1.has(line))]
}

import { publicUrl } from '@/lib/env'
import { letter, type MailContent, type Part, type Sender } from './letter'

/** Amounts and days are written out; who the customers are stays out of letters. */
export interface Addressee {
  from: Sender
  displayName: string
}

const settings = 'Which of these letters you get is chosen in your settings.'

function news(
  to: Addressee,
  subject: string,
  text: string,
  label: string,
  path: string,
  more: readonly Part[] = [],
): MailContent {
  return letter(to.from, subject, [
    { kind: 'paragraph', text: `${to.displayName}, ${text}` },
    ...more,
    { kind: 'button', label, url: `${publicUrl()}${path}` },
    { kind: 'small', text: settings },
  ])
}

export function newCustomerMail(to: Addressee): MailContent {
  const text = 'somebody became a customer with your code. What they pay from now on earns you your share.'
  return news(to, 'A new customer came with your code', text, 'See your customers', '/portal/customers')
}

export function firstCommissionMail(to: Addressee, amount: string, paymentId: string): MailContent {
  const text = `your first commission is there: ${amount}. The page shows how it was worked out, to be redone by hand.`
  return news(
    to,
    `Your first commission: ${amount}`,
    text,
    'See how it came about',
    `/portal/commissions/${paymentId}`,
  )
}

export function heldMail(to: Addressee, amount: string, paymentId: string): MailContent {
  const text = `a commission of ${amount} is held until somebody has looked at it. Nothing is lost: if it is in order, it is paid on its days.`
  return news(to, `A commission of ${amount} is held`, text, 'See why', `/portal/commissions/${paymentId}`)
}

export function reversalMail(to: Addressee, amount: string, paymentId: string): MailContent {
  const text = `a customer got money back for a payment whose commission had been paid to you. ${amount} is set off against what comes next; nothing is asked back.`
  return news(
    to,
    `${amount} is taken back from a commission`,
    text,
    'See the payment',
    `/portal/commissions/${paymentId}`,
  )
}

/** @param month written out, as in `January 2026` */
export function summaryMail(to: Addressee, month: string, amounts: readonly string[]): MailContent {
  const text = `in ${month} your recommendations earned you ${amounts.join(' and ')}.`
  return news(to, `${month}: ${amounts.join(' and ')}`, text, 'Open your portal', '/portal')
}

/**
 * @param from the day, written out; `changes` in words, `before` null where the terms said nothing
 * @param isAhead false: they are in force already
 */
export function newTermsMail(
  to: Addressee,
  from: string,
  isAhead: boolean,
  changes: readonly { label: string; before: string | null; after: string | null }[],
): MailContent {
  const facts = changes.map(({ label, before, after }) => ({
    label,
    text: `${after ?? 'nothing'}, ${isAhead ? 'until then' : 'before'} ${before ?? 'nothing'}`,
  }))
  const past = `What was paid before stays as it is: every payment is judged by the terms of the second in which it was made, and nothing that you have earned changes.`
  return news(
    to,
    isAhead ? `Your terms change on ${from}` : `Your terms have changed on ${from}`,
    `${isAhead ? `from ${from} on` : `since ${from}`} other terms hold for what your customers pay.`,
    'See your terms',
    '/portal/terms',
    [
      { kind: 'facts', facts },
      { kind: 'paragraph', text: past },
    ],
  )
}

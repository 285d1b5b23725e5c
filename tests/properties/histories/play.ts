import { Stripe } from '@/lib/stripe/client'
import type { Action, DecisionName } from './action'
import { bill, buyOnce, payTogether, subscribe, use } from './buying'
import {
  addCode,
  cancel,
  changePlan,
  credit,
  endTrial,
  failCard,
  forgetCustomer,
  nameAffiliate,
  pause,
  replace,
  retireCode,
} from './changing'
import { creditNote, dispute, moveDispute, moveRefund, refund, settleOpen } from './giving-back'
import type { Life } from './life'

/** What happens at Stripe. */
type PlayedAction = Exclude<Action, { does: 'deliver' | DecisionName }>

/** Does one thing. What Stripe refuses (a refund of what is refunded) does not happen: @returns whether it did. */
export async function play(life: Life, action: PlayedAction): Promise<boolean> {
  try {
    await doIt(life, action)
    return true
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return false
    if (error instanceof Stripe.errors.StripeCardError) return false
    throw error
  }
}

async function doIt(life: Life, action: PlayedAction): Promise<void> {
  switch (action.does) {
    case 'pass':
      return life.sandbox.advance(action.hours * 3600)
    case 'subscribe':
      return subscribe(life, action)
    case 'buyOnce':
      return buyOnce(life, action)
    case 'bill':
      return bill(life, action)
    case 'payTogether':
      return payTogether(life, action)
    case 'use':
      return use(life, action)
    case 'settleOpen':
      return settleOpen(life, action)
    case 'refund':
      return refund(life, action)
    case 'moveRefund':
      return moveRefund(life, action)
    case 'dispute':
      return dispute(life, action)
    case 'moveDispute':
      return moveDispute(life, action)
    case 'changePlan':
      return changePlan(life, action)
    case 'cancel':
      return cancel(life, action)
    case 'replace':
      return replace(life, action)
    case 'pause':
      return pause(life, action)
    case 'addCode':
      return addCode(life, action)
    case 'endTrial':
      return endTrial(life, action)
    case 'failCard':
      return failCard(life, action)
    case 'credit':
      return credit(life, action)
    case 'creditNote':
      return creditNote(life, action)
    case 'retireCode':
      return retireCode(life, action)
    case 'nameAffiliate':
      return nameAffiliate(life, action)
    case 'forgetCustomer':
      return forgetCustomer(life, action)
  }
}

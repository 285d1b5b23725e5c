import { letter, type MailContent, type Part, type Sender } from './letter'

/** @param mail `hours`: how long the link is good for; `reason`: what the reader did, or somebody with their address */
export function signInMail(mail: {
  from: Sender
  link: string
  hours: number
  reason?: 'sign_in' | 'join' | 'joined_already'
}): MailContent {
  const { from, link, hours, reason = 'sign_in' } = mail
  const good: Part = { kind: 'small', text: `It works once and for ${hours} hours.` }
  if (reason === 'join') {
    return letter(from, `Confirm your address to join ${from.name}`, [
      { kind: 'paragraph', text: `You asked for a code of your own for ${from.name}.` },
      { kind: 'paragraph', text: 'Confirm that this address is yours, and you are in.' },
      { kind: 'button', label: 'Confirm and sign in', url: link },
      good,
      { kind: 'small', text: 'It was not you? Then do nothing: what was typed is forgotten after a day.' },
    ])
  }
  const opening =
    reason === 'joined_already'
      ? `Somebody, probably you, asked for a code with this address. You have one already: this link signs you in.`
      : `Here is your link to sign in to ${from.name}.`
  return letter(from, `Your link to sign in to ${from.name}`, [
    { kind: 'paragraph', text: opening },
    { kind: 'button', label: 'Sign in', url: link },
    good,
    { kind: 'small', text: 'You did not ask for it? Then do nothing: nobody can sign in without this link.' },
  ])
}

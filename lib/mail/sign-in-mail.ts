import { letter, type MailContent, type Part } from './letter'

/** @param mail `hours`: how long the link is good for; `reason`: what the reader did, or somebody with their address */
export function signInMail(mail: {
  programmeName: string
  link: string
  hours: number
  reason?: 'sign_in' | 'join' | 'joined_already'
}): MailContent {
  const { programmeName, link, hours, reason = 'sign_in' } = mail
  const good: Part = { kind: 'small', text: `It works once and for ${hours} hours.` }
  if (reason === 'join') {
    return letter(programmeName, `Confirm your address to join ${programmeName}`, [
      { kind: 'paragraph', text: `You asked for a code of your own for ${programmeName}.` },
      { kind: 'paragraph', text: 'Confirm that this address is yours, and you are in.' },
      { kind: 'button', label: 'Confirm and sign in', url: link },
      good,
      { kind: 'small', text: 'It was not you? Then do nothing: what was typed is forgotten after a day.' },
    ])
  }
  const opening =
    reason === 'joined_already'
      ? `Somebody, probably you, asked for a code with this address. You have one already: this link signs you in.`
      : `Here is your link to sign in to ${programmeName}.`
  return letter(programmeName, `Your link to sign in to ${programmeName}`, [
    { kind: 'paragraph', text: opening },
    { kind: 'button', label: 'Sign in', url: link },
    good,
    { kind: 'small', text: 'You did not ask for it? Then do nothing: nobody can sign in without this link.' },
  ])
}

import { letter, type MailContent } from './letter'

/** @param hours how long the link is good for */
export function signInMail(mail: { programmeName: string; link: string; hours: number }): MailContent {
  return letter(mail.programmeName, `Your link to sign in to ${mail.programmeName}`, [
    { kind: 'paragraph', text: `Here is your link to sign in to ${mail.programmeName}.` },
    { kind: 'button', label: 'Sign in', url: mail.link },
    { kind: 'small', text: `It works once and for ${mail.hours} hours.` },
    { kind: 'small', text: 'You did not ask for it? Then do nothing: nobody can sign in without this link.' },
  ])
}

import { letter, type MailContent, type Sender } from './letter'

/** @param mail `can`: what the role may, in words; `days`: how long the link is good for */
export function invitationMail(mail: {
  from: Sender
  invitedBy: string
  can: string
  link: string
  days: number
}): MailContent {
  const { from, invitedBy, can, link, days } = mail
  return letter(from, `You are invited to run ${from.name}`, [
    {
      kind: 'paragraph',
      text: `${invitedBy} asks you into the console of ${from.name}, where you ${can}.`,
    },
    { kind: 'paragraph', text: 'You will need an authenticator app for a second factor.' },
    { kind: 'button', label: 'Accept the invitation', url: link },
    { kind: 'small', text: `The link works once and for ${days} days. Keep it to yourself.` },
    { kind: 'small', text: 'You do not know what this is about? Then do nothing.' },
  ])
}

export function secondFactorRemovedMail(from: Sender): MailContent {
  return letter(from, `Your second factor for ${from.name} was taken away`, [
    {
      kind: 'paragraph',
      text: 'An administrator took away the second factor with which you open the console. The next time, you set up a new one.',
    },
    { kind: 'small', text: 'You did not ask for that? Then tell the other administrators at once.' },
  ])
}

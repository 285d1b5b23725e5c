import { letter, type MailContent, type Sender } from './letter'

/** The first letter to an affiliate. `discount` and `rate` are written out, as in `5 %` and `20 %`. */
export function welcomeMail(mail: {
  from: Sender
  displayName: string
  code: string
  discount: string
  rate: string
  portalUrl: string
}): MailContent {
  return letter(mail.from, `Your code for ${mail.from.name}: ${mail.code}`, [
    { kind: 'paragraph', text: `Welcome, ${mail.displayName}. This is your code, for good:` },
    { kind: 'code', text: mail.code },
    {
      kind: 'steps',
      steps: [
        `Tell your audience about the code. Whoever enters it at checkout pays ${mail.discount} less.`,
        `You earn ${mail.rate} of what their payments bring in after tax and fees, also of later ones without the code.`,
        'In your portal you see every payment within seconds, and how your share was worked out.',
      ],
    },
    { kind: 'button', label: 'Open your portal', url: mail.portalUrl },
    { kind: 'small', text: 'You sign in with this e-mail address; there is no password.' },
  ])
}

const signIn = 'sign-in/'

/** The cause of a sign-in link's mail: `slot` of the address in the hour, so that an address gets no more than the slots there are. */
export function signInCause(addressDigest: string, hour: number, slot: number): string {
  return `${signIn}${addressDigest}/${hour}/${slot}`
}

export function isSignInCause(cause: string): boolean {
  return cause.startsWith(signIn)
}

const emailChange = 'email-change/'

/** The cause of a letter that asks whether an address shall change. @param tokenDigest of the token in its link */
export function emailChangeCause(tokenDigest: string): string {
  return `${emailChange}${tokenDigest}`
}

const invitation = 'invitation/'

/** The cause of an invitation's letter. @param sent the how-manieth of this invitation it is */
export function invitationCause(invitationId: string, sent: number): string {
  return `${invitation}${invitationId}/${sent}`
}

/** Whether a mail carries a link that is as good as a password for a while. */
export function isSecretCause(cause: string): boolean {
  return isSignInCause(cause) || cause.startsWith(emailChange) || cause.startsWith(invitation)
}

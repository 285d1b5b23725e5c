const signIn = 'sign-in/'

/** The cause of a sign-in link's mail: `slot` of the address in the hour, so that an address gets no more than the slots there are. */
export function signInCause(addressDigest: string, hour: number, slot: number): string {
  return `${signIn}${addressDigest}/${hour}/${slot}`
}

export function isSignInCause(cause: string): boolean {
  return cause.startsWith(signIn)
}

export {
  currentActor,
  currentSessionToken,
  requireActingAdministrator,
  requireActingAffiliate,
  requireAdministrator,
  requireAffiliatePerson,
  requireConsolePerson,
} from './current-actor'
export { freshMinutes, isFreshSignIn } from './fresh-sign-in'
export { homeOf, type Person } from './people'
export { safePath } from './safe-path'
export { signOut } from './sign-out'
export {
  beginSecondFactor,
  countOwnRecoveryCodes,
  findSecretToEnrol,
  giveSecondFactor,
  renewRecoveryCodes,
  secondFactorState,
} from './second-factor'

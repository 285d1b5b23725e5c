export {
  currentActor,
  currentSessionToken,
  requireAdministrator,
  requireAffiliatePerson,
} from './current-actor'
export { freshMinutes, isFreshSignIn } from './fresh-sign-in'
export { homeOf, type Person } from './people'
export { safePath } from './safe-path'
export { signOut } from './sign-out'
export { beginSecondFactor, findSecretToEnrol, giveSecondFactor, secondFactorState } from './second-factor'

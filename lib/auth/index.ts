export { currentActor, requireAdministrator, requireAffiliatePerson } from './current-actor'
export { homeOf, type Person } from './people'
export { safePath } from './safe-path'
export { signOut } from './sign-out'

/** Names a running process so that a later process under the same pid is not taken for it; undefined: none runs (a zombie does not). */
export function processIdentity(pid: number): string | undefined
export function isRunning(identity: string): boolean
/** Takes the lock or returns undefined. A lock whose owner no longer runs is taken over. Not re-entrant within a process. */
export function tryLock(path: string): (() => void) | undefined
/** The pid of the running owner. */
export function lockOwner(path: string): number | undefined
/** Waits for the lock; `onWait` is told the owner's pid once. Returns the release. */
export function lock(path: string, onWait?: (owner: number) => void): Promise<() => void>

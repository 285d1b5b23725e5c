/**
 * Counts attempts by key in this process's memory. A restart forgets them and each process counts for itself: good against a
 * flood; what must hold for certain is limited in the database.
 */
export class AttemptLimit {
  readonly #windows = new Map<string, { count: number; endsAt: number }>()

  constructor(private readonly limits: { attempts: number; seconds: number; keys: number }) {}

  /** Counts one more; false if it is one too many. */
  take(key: string, now: Date): boolean {
    const time = now.getTime()
    const running = this.#windows.get(key)
    const window =
      running && running.endsAt > time ? running : { count: 0, endsAt: time + this.limits.seconds * 1000 }
    window.count += 1
    // Put in anew, it is the last to be dropped.
    this.#windows.delete(key)
    this.#windows.set(key, window)
    this.#dropOldest()
    return window.count <= this.limits.attempts
  }

  #dropOldest(): void {
    for (const key of this.#windows.keys()) {
      if (this.#windows.size <= this.limits.keys) return
      this.#windows.delete(key)
    }
  }
}

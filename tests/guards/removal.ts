/** A change to a copy of the sources. `from` must occur exactly once; without it `to` is put at the end. */
export interface Edit {
  file: string
  from?: string
  to: string
}

/** A guard with the test that is to fail without it. */
export interface Guard {
  name: string
  file: string
  /** Names of describe and test, with a space between. */
  test: string
}

/** What is taken away in one go: each of its guards is held by a test of its own, which asks for nothing else of what goes. */
export interface Removal {
  edits: Edit[]
  guards: Guard[]
}

/** Runs as the owner of the tables after every migration. */
export const inDatabase = (statements: string): Edit => ({ file: 'db/roles.sql', to: statements })

export const atOnce = 'tests/integration/guards-at-once.test.ts'
export const refused = 'tests/integration/guards-refused.test.ts'
export const pipeline = 'tests/integration/pipeline.test.ts'
export const killed = 'tests/faults/pipeline-killed.test.ts'
export const people = 'tests/integration/guards-decisions.test.ts'

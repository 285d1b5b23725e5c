/** What the form is told: the same words whether or not the address was known. */
export type JoinResult =
  | { readonly joined: true; readonly email: string }
  | {
      readonly joined: false
      readonly fieldErrors: Readonly<Record<string, string>>
      readonly suggestions: readonly string[]
      /** What was typed. */
      readonly values: Readonly<Record<string, string>>
    }

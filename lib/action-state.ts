/** What may be kept as the stored answer to a form and sent to the browser. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** What a form is told, for `useActionState`; null before it was sent. */
export type ActionState<Result extends Json = null> =
  | { ok: true; result: Result }
  | {
      ok: false
      /** By the input's name: what is wrong with it, in words. */
      fieldErrors: Readonly<Record<string, string>>
      /** What is wrong with none of them in particular; null: nothing. */
      formError: string | null
      /** What was typed, to be shown again: forms are sent without JavaScript too. */
      values: Readonly<Record<string, string>>
    }

/** The name of the hidden input with a form's own random token: sent twice, a form is acted upon once. */
export const onceField = 'once'

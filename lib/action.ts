import 'server-only'
import { refresh } from 'next/cache'
import { headers } from 'next/headers'
import { redirect, unstable_rethrow } from 'next/navigation'
import type { z } from 'zod'
import { database } from '@/db'
import { requireSameOrigin } from '@/lib/auth/same-origin'
import { sha256 } from '@/lib/auth/digest'
import { onceField, type ActionState, type Json } from './action-state'
import { actorName, type Actor } from './actor'
import { answerOnce } from './answer-once'
import { wallNow } from './clock'
import { TributaryError } from './errors'
import { issueWords } from './issue-words'
import { log } from './log'
import { storableText } from './storable-json'

type FormAction<Result extends Json> = (
  before: ActionState<Result> | null,
  form: FormData,
) => Promise<ActionState<Result>>

/**
 * A Server Action for a form: `export const approve = formAction({…})` in a 'use server' file, used with `useActionState`.
 *
 * It makes sure that the request comes from a page of ours, asks who is acting, reads the form, and only then acts. Wrong input and
 * TributaryErrors come back beside their fields; anything else is logged and told without its details. With a hidden input
 * `once` the form is acted upon once however often it is sent.
 */
export function formAction<
  Schema extends z.ZodObject,
  Who extends Actor | null,
  Result extends Json,
>(action: {
  schema: Schema
  /** `requireAdministrator` and the like, which may redirect; null for forms that are open to all. */
  who: () => Promise<Who>
  perform: (who: Who, input: z.output<Schema>) => Promise<Result>
  /** A path of this site to go on to when it is done; null: the form says so itself. */
  next?: (result: Result) => string | null
}): FormAction<Result> {
  return async (_, form) => {
    const fields = { ...readFields(form), ...(await readFiles(form)) }
    const state = await attempt(action, fields)
    const next = state.ok ? action.next?.(state.result) : null
    // To a place on the page where the browser is already it would only scroll, and show what stood there before.
    if (next?.includes('#')) refresh()
    if (next) redirect(next)
    return state
  }
}

async function attempt<Schema extends z.ZodObject, Who extends Actor | null, Result extends Json>(
  action: Parameters<typeof formAction<Schema, Who, Result>>[0],
  fields: Fields,
): Promise<ActionState<Result>> {
  const values = Object.fromEntries(
    Object.entries(fields).filter(
      // A browser chooses no file by itself again, whatever it is told.
      (field): field is [string, string] => typeof field[1] === 'string' && !(`${field[0]}.name` in fields),
    ),
  )
  try {
    requireSameOrigin(await headers())
    const who = await action.who()
    const input = action.schema.safeParse(fields, { error: issueWords })
    if (!input.success) return { ok: false, ...errorsOf(input.error), values }
    const perform = () => action.perform(who, input.data)
    const result = await (values[onceField] ? once(who, fields, values[onceField], perform) : perform())
    return { ok: true, result }
  } catch (error) {
    unstable_rethrow(error)
    return { ok: false, ...explained(error), values }
  }
}

function once<Result extends Json>(
  who: Actor | null,
  fields: Fields,
  key: string,
  perform: () => Promise<Result>,
): Promise<Result> {
  const sender = who ? `form/${actorName(who).id}` : 'form'
  const digest = sha256(JSON.stringify(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))))
  return answerOnce(database(), { sender, key: key.slice(0, 200), digest, now: wallNow() }, perform)
}

type Fields = Record<string, string | string[] | File>

/** Text only, and none of React's own fields. An input that is there several times becomes a list. */
function readFields(form: FormData): Fields {
  const fields: Fields = {}
  for (const name of new Set(form.keys())) {
    const texts = form
      .getAll(name)
      .filter((value) => typeof value === 'string')
      .map(storableText)
    const [first] = texts
    if (!name.startsWith('$ACTION') && first !== undefined) fields[name] = texts.length > 1 ? texts : first
  }
  return fields
}

/** A file that was chosen is its text, a picture itself, with its name beside it: `csv` and `csv.name`. */
async function readFiles(form: FormData): Promise<Fields> {
  const fields: Fields = {}
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string' || name.startsWith('$ACTION')) continue
    fields[name] = value.type.startsWith('image/') ? value : await value.text()
    fields[`${name}.name`] = value.name
  }
  return fields
}

type Errors = { fieldErrors: Record<string, string>; formError: string | null }

/** The first of each field; one about no field is the form's. */
function errorsOf(error: z.ZodError): Errors {
  const fieldErrors: Record<string, string> = {}
  let formError: string | null = null
  for (const { path, message } of error.issues) {
    const [field] = path
    if (field === undefined) formError ??= message
    else fieldErrors[String(field)] ??= message
  }
  return { fieldErrors, formError }
}

function explained(error: unknown): Errors {
  if (!(error instanceof TributaryError)) {
    log.error({ error }, 'an action failed')
    return {
      fieldErrors: {},
      formError: 'Something went wrong on our side. Nothing you typed is lost: try again.',
    }
  }
  if (error.field === undefined) return { fieldErrors: {}, formError: error.message }
  return { fieldErrors: { [error.field]: error.message }, formError: null }
}

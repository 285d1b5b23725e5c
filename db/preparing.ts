import type { Sql, TransactionSql } from 'postgres'

/** More of them are a list of some length: a text that hardly comes again. */
const fewParameters = 16

/**
 * Drizzle has every statement parsed and planned anew, in two round trips. Inserts, which can be done in one way only, are prepared
 * instead, once a connection. What reads is planned each time: a plan made while a table was small would be kept while it grows.
 */
export function preparing(client: Sql): Sql {
  const begin = client.begin.bind(client)
  client.unsafe = prepared(client.unsafe)
  return Object.assign(client, {
    begin: <T>(work: (tx: TransactionSql) => Promise<T>) =>
      begin((tx) => {
        tx.unsafe = prepared(tx.unsafe)
        return work(tx)
      }),
  })
}

function prepared(unsafe: Sql['unsafe']): Sql['unsafe'] {
  return (text, parameters = [], options) =>
    unsafe(text, parameters, isSteady(text, parameters.length) ? { ...options, prepare: true } : options)
}

function isSteady(text: string, parameters: number): boolean {
  return (
    parameters > 0 && parameters <= fewParameters && /^\s*(insert into|with event as \(\s*insert)/.test(text)
  )
}

// The PostgreSQL driver of npm (postgres 3.4.9) does five things that money cannot live with when a connection breaks off:
// a transaction's function goes on writing, statement by statement, on whatever the connection has become meanwhile; its
// rollback writes to a socket that is gone, which ends the process (https://github.com/porsager/postgres/issues/1208); and what
// was waiting to be written then blocks that connection for ever (https://github.com/porsager/postgres/issues/1154). One that
// breaks off while it is still asking for types ends the process too. And what is asked between a socket's error and its end stays in
// line for the next socket, on which it was never sent: it takes the answer of the statement behind it for its own.
// Node's builtins only: this runs before anything else, after every installation.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const connection = [
  [`        return fetchArrayTypes()\n`, `        return fetchArrayTypes().catch(errored)\n`],
  [
    `  function nextWrite(fn) {
    const x = socket.write(chunk, fn)`,
    `  function nextWrite(fn) {
    if (socket === null) {
      clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
      return false
    }
    const x = socket.write(chunk, fn)`,
  ],
  [
    `    clearImmediate(nextWriteTimer)
    if (socket) {`,
    `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    if (socket) {`,
  ],
  [
    `    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)`,
    `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)`,
  ],
  [`    !hadError && (query || sent.length) && error(`, `    ;(query || sent.length) && error(`],
]

const transaction = [
  [
    `    let savepoints = 0
      , connection
      , prepare = null`,
    `    let savepoints = 0
      , connection
      , lost = null
      , prepare = null`,
  ],
  [
    `        new Promise((_, reject) => connection.onclose = reject)
      ])
    } catch (error) {`,
    `        new Promise((_, reject) => connection.onclose = e => {
          lost = e
          while (queries.length)
            queries.shift().reject(e)
          reject(e)
        })
      ])
    } catch (error) {`,
  ],
  [
    `        q.catch(e => uncaughtError || (uncaughtError = e))
`,
    `        q.catch(e => uncaughtError || (uncaughtError = e))
        if (lost)
          return q.reject(lost)
`,
  ],
]

const edits = ['src', 'cjs/src'].flatMap((folder) => [
  [`${folder}/connection.js`, connection],
  [`${folder}/index.js`, transaction],
])

/** Mends the driver below `root` where it is not mended yet. Throws where it is not the driver that is known. */
export function mendDriver(root) {
  for (const [name, changes] of edits) {
    const path = join(root, 'node_modules', 'postgres', name)
    if (!existsSync(path)) throw new Error(`${path} is missing.`)
    const text = readFileSync(path, 'utf8')
    const mended = changes.reduce((whole, [from, to]) => {
      if (whole.includes(to)) return whole
      if (whole.split(from).length !== 2) throw new Error(`${path} is not the one that is known.`)
      return whole.replace(from, () => to)
    }, text)
    if (mended === text) continue
    const draft = `${path}.${process.pid}`
    writeFileSync(draft, mended)
    renameSync(draft, path)
  }
}

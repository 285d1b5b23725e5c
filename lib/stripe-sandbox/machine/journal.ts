import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Kind, Thing } from '@/lib/stripe-sandbox/machine/wire'

export interface JournalLine {
  count: number
  puts: Thing[]
  deletes: [Kind, string][]
}

interface Header {
  version: 1
  seed: string
}

const newline = 10
const thingsInALine = 500

/** An append-only file of changes, one line for each request; a line torn by a crash is left out when it is read. */
export class Journal {
  #file: number | null = null

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true })
  }

  get #path(): string {
    return join(this.folder, 'journal.jsonl')
  }

  read(): { seed: string; lines: Iterable<JournalLine> } | null {
    if (!existsSync(this.#path)) return null
    const bytes = readFileSync(this.#path)
    const header = parse<Header>(textUpTo(bytes, 0))
    return header ? { seed: header.seed, lines: linesAfterHeader(bytes) } : null
  }

  /** Starts afresh with only what is still there; the old file stands until the new one is complete. */
  rewrite(seed: string, count: number, things: Iterable<Thing>): void {
    this.close()
    const fresh = `${this.#path}.new`
    const file = openSync(fresh, 'w')
    writeAll(file, `${JSON.stringify({ version: 1, seed } satisfies Header)}\n`)
    let puts: Thing[] = []
    const flush = () => {
      writeAll(file, `${JSON.stringify({ count, puts, deletes: [] } satisfies JournalLine)}\n`)
      puts = []
    }
    for (const thing of things) if (puts.push(thing) === thingsInALine) flush()
    flush()
    fsyncSync(file)
    closeSync(file)
    renameSync(fresh, this.#path)
    this.#file = openSync(this.#path, 'a')
  }

  append(line: JournalLine): void {
    if (this.#file !== null) writeAll(this.#file, `${JSON.stringify(line)}\n`)
  }

  close(): void {
    if (this.#file === null) return
    fsyncSync(this.#file)
    closeSync(this.#file)
    this.#file = null
  }
}

/** Line by line: the whole may be longer than a string can be. */
function* linesAfterHeader(bytes: Buffer): Generator<JournalLine> {
  for (
    let at = bytes.indexOf(newline) + 1;
    at > 0 && at < bytes.length;
    at = bytes.indexOf(newline, at) + 1
  ) {
    const line = parse<JournalLine>(textUpTo(bytes, at))
    if (line) yield line
  }
}

function textUpTo(bytes: Buffer, from: number): string {
  const end = bytes.indexOf(newline, from)
  return bytes.toString('utf8', from, end < 0 ? bytes.length : end)
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text)
  let at = 0
  while (at < bytes.length) at += writeSync(file, bytes, at)
}

function parse<T>(text: string): T | null {
  try {
    // The file is written by this class alone, and a line that parses is whole.
    return JSON.parse(text) as T
  } catch {
    return null
  }
}

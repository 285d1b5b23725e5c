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

const linesAtOnce = 500

/** An append-only file of changes, one line for each request; a line torn by a crash is left out when it is read. */
export class Journal {
  #file: number | null = null

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true })
  }

  get #path(): string {
    return join(this.folder, 'journal.jsonl')
  }

  read(): { seed: string; lines: JournalLine[] } | null {
    if (!existsSync(this.#path)) return null
    const [first, ...rest] = readFileSync(this.#path, 'utf8').split('\n')
    const header = parse<Header>(first ?? '')
    if (!header) return null
    const lines: JournalLine[] = []
    for (const text of rest) {
      const line = text === '' ? null : parse<JournalLine>(text)
      if (line) lines.push(line)
    }
    return { seed: header.seed, lines }
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
    for (const thing of things) if (puts.push(thing) === linesAtOnce) flush()
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

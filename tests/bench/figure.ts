/** A line of the table. */
export interface Figure {
  name: string
  value: number
  unit:
    | 'events/s'
    | 'payouts/s'
    | 's'
    | 'objects/s'
    | 'requests/s'
    | 'lines/s'
    | 'rows/s'
    | 'ms'
    | 'bytes'
    | 'calls'
    | 'ratio'
    | 'MB'
  /** What it should be at least or at most; absent: it is only told. */
  aim?: { atLeast: number } | { atMost: number }
  /** How it was measured, where the name does not say. */
  note?: string
}

export const isMet = ({ value, aim }: Figure): boolean | null => {
  if (aim === undefined) return null
  return 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

/** Seconds that `work` took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - begun) / 1e9
}

/** Two things in turn, A B A B: their medians, and the median of A over B of each turn, which a machine that slows down leaves alone. */
export async function inTurn(
  rounds: number,
  a: (round: number) => Promise<number>,
  b: (round: number) => Promise<number>,
): Promise<{ a: number; b: number; ratio: number }> {
  const turns: { a: number; b: number }[] = []
  for (let round = 0; round < rounds; round++) turns.push({ a: await a(round), b: await b(round) })
  return {
    a: median(turns.map((turn) => turn.a)),
    b: median(turns.map((turn) => turn.b)),
    ratio: median(turns.map((turn) => turn.a / turn.b)),
  }
}

const shown = ({ value, unit }: Figure): string => {
  const digits = unit === 'ratio' ? 2 : value < 10 ? 2 : 0
  const text = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return unit === 'ratio' ? text : `${text} ${unit}`
}

export function asLine(figure: Figure): string {
  const { name, aim, note } = figure
  const wanted = aim === undefined ? '' : 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`
  const met = { true: 'met', false: 'NOT MET', null: '' }[String(isMet(figure)) as 'true' | 'false' | 'null'] // of a boolean or null
  const line = `${name.padEnd(58)} ${shown(figure).padStart(18)}  ${wanted.padEnd(7)} ${met.padEnd(7)}`
  return `${line} ${note ?? ''}`.trimEnd()
}

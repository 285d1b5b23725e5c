import { Refresh } from './refresh'

interface ProgressProps {
  title: string
  /** How much of it, from 0 to 1; or how many of how many. */
  done: number
  all?: number
  moving: boolean
}

/** How far something has come; looks again by itself while it is under way. */
export function Progress({ title, done, all, moving }: ProgressProps) {
  const label =
    all === undefined
      ? `${Math.floor(done * 100)} %`
      : `${done.toLocaleString('en')} of ${all.toLocaleString('en')} done`
  return (
    <div>
      <div className="mb-2 flex justify-between text-sm text-muted">
        <span id="progress-label">{title}</span>
        <span className="figures">{label}</span>
      </div>
      <progress
        aria-labelledby="progress-label"
        value={done}
        max={all === undefined ? 1 : Math.max(all, 1)}
        className="block h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken accent-accent [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent"
      >
        {label}
      </progress>
      {moving ? <Refresh /> : null}
      {moving ? (
        <noscript>
          <meta httpEquiv="refresh" content="5" />
        </noscript>
      ) : null}
    </div>
  )
}

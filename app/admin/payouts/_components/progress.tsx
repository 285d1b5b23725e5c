import { Refresh } from './refresh'

/** How far sending has come; looks again by itself while something is under way. */
export function Progress({ done, all, moving }: { done: number; all: number; moving: boolean }) {
  const label = `${done.toLocaleString('en')} of ${all.toLocaleString('en')} done`
  return (
    <div>
      <div className="mb-2 flex justify-between text-sm text-muted">
        <span id="progress-label">{moving ? 'Being sent' : 'Sent so far'}</span>
        <span className="figures">{label}</span>
      </div>
      <progress
        aria-labelledby="progress-label"
        value={done}
        max={Math.max(all, 1)}
        className="block h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken accent-accent [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent"
      >
        {label}
      </progress>
      {moving ? <Refresh /> : null}
    </div>
  )
}

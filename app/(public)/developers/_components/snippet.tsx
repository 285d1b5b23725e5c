import { CopyButton } from '@/components/copy-button'

/** Code to be copied; what is wider than the screen is broken, so that nothing scrolls sideways. */
export function Snippet({ name, code }: { name: string; code: string }) {
  return (
    <figure className="min-w-0 overflow-hidden rounded-xl border border-line bg-sunken">
      <figcaption className="flex items-center justify-between gap-3 border-b border-line px-4 py-1.5 text-sm text-muted">
        {name}
        <CopyButton text={code} label="Copy" name={name} />
      </figcaption>
      <pre className="p-4 font-mono text-[0.8125rem] leading-relaxed [overflow-wrap:anywhere] whitespace-pre-wrap">
        <code>{code}</code>
      </pre>
    </figure>
  )
}

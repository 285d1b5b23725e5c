import { CopyButton } from '@/components/copy-button'
import { Empty } from '@/components/empty'
import type { Material } from '@/lib/links/material-queries'

/** The programme's texts, with the affiliate's own code and link in them, and its pictures. */
export function Materials({
  materials,
  code,
  address,
}: {
  materials: readonly Material[]
  code: string
  address: string
}) {
  if (materials.length === 0) {
    return (
      <Empty title="Nothing here yet">Texts and pictures that the programme gives you will stand here.</Empty>
    )
  }
  return (
    <ul className="grid gap-5 md:grid-cols-2">
      {materials.map(({ id, title, text }) => (
        <li key={id} className="flex min-w-0 flex-col rounded-xl border border-line p-4">
          <h3 className="font-medium">{title}</h3>
          {text === null ? (
            <Picture id={id} title={title} />
          ) : (
            <Text title={title} text={text.replaceAll('{code}', code).replaceAll('{link}', address)} />
          )}
        </li>
      ))}
    </ul>
  )
}

function Text({ title, text }: { title: string; text: string }) {
  return (
    <>
      <p className="mt-2 mb-4 text-[0.9375rem] break-words whitespace-pre-line text-muted">{text}</p>
      <p className="mt-auto">
        <CopyButton text={text} label="Copy" name={title} />
      </p>
    </>
  )
}

function Picture({ id, title }: { id: number; title: string }) {
  const src = `/portal/links/material/${id}`
  return (
    <>
      {/* eslint-disable-next-line @next/next/no-img-element -- as the programme gave it: it is to be saved, not resized. */}
      <img
        src={src}
        alt={title}
        loading="lazy"
        className="mt-3 mb-4 max-h-72 w-full rounded-lg bg-sunken object-contain"
      />
      <p className="mt-auto text-sm">
        <a href={src} download className="link">
          Save the picture
        </a>
      </p>
    </>
  )
}

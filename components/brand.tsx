import Image from 'next/image'
import Link from 'next/link'
import { cn } from '@/components/ui/cn'

/** Small streams that join a river. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className={cn('size-6 text-accent', className)}>
      <g stroke="currentColor" strokeLinecap="round">
        <path d="M12 2.5v19" strokeWidth="3" />
        <path d="M4 4.5c0 5.5 8 4.5 8 10" strokeWidth="2" />
        <path d="M20 8.5c0 4.5-8 4-8 9" strokeWidth="2" />
      </g>
    </svg>
  )
}

/** A programme’s own picture. Its colours are made for white, so it stands on white in the dark too. */
export const logoClasses =
  'h-7 w-auto max-w-32 object-contain dark:rounded-md dark:bg-white dark:px-1 dark:py-0.5'

interface BrandProps {
  href: string
  name: string
  room?: string | undefined
  /** Where the programme's own picture is; null: Tributary's mark. */
  logo?: string | null
}

export function Brand({ href, name, room, logo = null }: BrandProps) {
  return (
    <Link href={href} className="flex min-w-0 items-center gap-2 font-semibold tracking-tight text-ink">
      {logo === null ? (
        <Mark />
      ) : (
        <Image unoptimized src={logo} alt="" width={128} height={28} className={logoClasses} />
      )}
      <span className="truncate">{name}</span>
      {room ? <span className="font-normal text-muted">{room}</span> : null}
    </Link>
  )
}

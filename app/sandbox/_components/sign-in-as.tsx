import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'

interface SignInAsProps {
  /** An affiliate's id, or `administrator`. */
  who: string
  next: string
  look?: 'primary' | 'secondary'
  children: ReactNode
}

/** One click, and somebody is signed in: on a sandbox everybody may be anybody. */
export function SignInAs({ who, next, look = 'secondary', children }: SignInAsProps) {
  return (
    <form method="post" action="/sandbox/sign-in">
      <input type="hidden" name="who" value={who} />
      <input type="hidden" name="next" value={next} />
      <Button type="submit" look={look} className="w-full sm:w-auto">
        {children}
      </Button>
    </form>
  )
}

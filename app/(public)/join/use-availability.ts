import { useEffect, useState } from 'react'
import type { HandleAvailability } from '@/lib/affiliates/queries'

const pauseMs = 350

/** Whether a handle is free, asked when the typing pauses; null: not known yet, or not asked. */
export function useAvailability(handle: string): HandleAvailability | null {
  const [answer, setAnswer] = useState<{ handle: string; availability: HandleAvailability } | null>(null)
  useEffect(() => {
    if (handle === '') return
    const asking = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`/join/handle?${new URLSearchParams({ handle })}`, {
          signal: asking.signal,
        })
        // What our own route answers, in its own type.
        if (response.ok) setAnswer({ handle, availability: (await response.json()) as HandleAvailability })
      } catch {
        // Left without an answer: sending the form tells.
      }
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      asking.abort()
    }
  }, [handle])
  return answer?.handle === handle ? answer.availability : null
}

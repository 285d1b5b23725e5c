'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const everyMilliseconds = 2_000

/** Looks again as long as it is there. */
export function Refresh() {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), everyMilliseconds)
    return () => clearInterval(timer)
  }, [router])
  return null
}

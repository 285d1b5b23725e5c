'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const everyMilliseconds = 500
const times = 16

/** Looks again for some seconds: settlement comes a moment after the payment. Mounted anew, it begins anew. */
export function Refresh() {
  const router = useRouter()
  useEffect(() => {
    let left = times
    const timer = setInterval(() => {
      router.refresh()
      left -= 1
      if (left === 0) clearInterval(timer)
    }, everyMilliseconds)
    return () => clearInterval(timer)
  }, [router])
  return null
}

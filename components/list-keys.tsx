'use client'

import { useEffect } from 'react'

/**
 * While a row of a list has the focus: up and down lead from row to row, left and right from page to page, Home and End to the first and
 * the last row. Only then, so that no key means anything it does not mean elsewhere.
 */
export function ListKeys() {
  useEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return null
}

function onKey(event: KeyboardEvent): void {
  const here = document.activeElement
  if (!here?.matches('a.row-link') || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const rows = [...document.querySelectorAll<HTMLAnchorElement>('a.row-link')].filter(
    (row) => row.closest('table') === here.closest('table'),
  )
  const at = rows.findIndex((row) => row === here)
  const page = (rel: string) =>
    document.querySelector<HTMLAnchorElement>(`nav[aria-label="Pages"] a[rel=${rel}]`)
  const steps: Record<string, () => void> = {
    ArrowDown: () => rows.at(Math.min(at + 1, rows.length - 1))?.focus(),
    ArrowUp: () => rows.at(Math.max(at - 1, 0))?.focus(),
    Home: () => rows.at(0)?.focus(),
    End: () => rows.at(-1)?.focus(),
    ArrowRight: () => page('next')?.click(),
    ArrowLeft: () => page('prev')?.click(),
  }
  const step = steps[event.key]
  if (step === undefined) return
  event.preventDefault()
  step()
}

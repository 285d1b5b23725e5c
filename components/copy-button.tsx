'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'

interface CopyButtonProps {
  text: string
  label: string
  /** What is copied, read out where there are several such buttons. */
  name?: string
}

/** Copies a text, and says that it did until something else is done. */
export function CopyButton({ text, label, name }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      setState('refused')
    }
  }
  const said = { idle: label, copied: 'Copied', refused: 'Select it by hand' }[state]
  return (
    <Button look="secondary" size="small" onClick={copy} onBlur={() => setState('idle')}>
      {state === 'copied' ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
      <span aria-live="polite">
        {said}
        {name ? <span className="sr-only">{`: ${name}`}</span> : null}
      </span>
    </Button>
  )
}

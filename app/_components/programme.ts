import 'server-only'
import { cache } from 'react'
import { findProgramme } from '@/lib/programme/figures'

/** The programme, read once a request. */
export const programmeFacts = cache(() => findProgramme())

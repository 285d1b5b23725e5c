import { cache } from 'react'
import { defaultLocale, type Locale } from '@/lib/locales'

// React keeps this for one request; outside of one (a test, a browser) it is made anew at every call.
const reader = cache((): { locale: Locale } => ({ locale: defaultLocale }))

/** From here on, this request’s pages are written for somebody with a way of writing of their own. */
export function writeFor(locale: Locale): void {
  reader().locale = locale
}

export function readersLocale(): Locale {
  return reader().locale
}

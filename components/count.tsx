import { readersLocale } from './reader'

/** A whole number, its thousands apart. */
export function countText(count: number): string {
  return count.toLocaleString(readersLocale())
}

/** `1 customer`, `1,200 customers` */
export function countedText(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}

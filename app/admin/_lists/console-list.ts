import 'server-only'
import { urlList, type ListOf } from '@/app/_components/url-list'
import type { Person } from '@/lib/auth'

export { moment, orderedBy, text, type ListQuery } from '@/app/_components/url-list'

/** A list of the console, for whom its pages are. */
export const consoleList = <Filter extends object, Row>(list: ListOf<Person, Filter, Row>) => urlList(list)

import 'server-only'
import { notFound } from 'next/navigation'
import { one, withQuery } from '@/app/_components/query'
import type { Actor } from '@/lib/actor'
import { getAffiliate } from '@/lib/affiliates/queries'
import { TributaryError } from '@/lib/errors'
import type { TermsScope } from '@/lib/programme/change'
import type { TermsKind } from '@/lib/programme/terms-form'
import { getGroup, type Group } from '@/lib/programme/terms-queries'

export interface ShownScope extends TermsScope {
  kind: TermsKind
  /** As it stands over the page. */
  title: string
  /** Undefined: a room of the console itself. */
  back: { href: string; label: string } | undefined
  /** What stands where these terms say nothing. */
  nothing: string
  group: Group | null
  /** A page about these terms. */
  at: (path: string, query?: Record<string, string | undefined>) => string
}

/** Whose terms a page is about, by its address: nobody named, the programme's. */
export async function scopeOf(
  actor: Actor,
  query: Partial<Record<'group' | 'affiliate', string | string[]>>,
): Promise<ShownScope> {
  const affiliateId = one(query.affiliate) ?? null
  const groupId = affiliateId === null ? (one(query.group) ?? null) : null
  const named = { affiliate: affiliateId ?? undefined, group: groupId ?? undefined }
  const at: ShownScope['at'] = (path, more = {}) => withQuery(path, { ...named, ...more })
  const found = <T>(read: Promise<T>) =>
    read.catch((error: unknown) => {
      if (error instanceof TributaryError && error.code === 'not_found') notFound()
      throw error
    })
  const terms = { href: '/admin/terms', label: 'Terms' }
  if (affiliateId !== null) {
    const { displayName } = await found(getAffiliate(actor, affiliateId))
    const back = { href: `/admin/affiliates/${affiliateId}`, label: displayName }
    const nothing = 'as the group’s or the programme’s'
    const title = `Own terms of ${displayName}`
    return { affiliateId, groupId: null, kind: 'own', title, back, nothing, group: null, at }
  }
  if (groupId !== null) {
    const group = await found(getGroup(actor, groupId))
    const nothing = 'as the programme’s'
    return { affiliateId, groupId, kind: 'group', title: group.name, back: terms, nothing, group, at }
  }
  return {
    affiliateId,
    groupId,
    kind: 'programme',
    title: 'Terms',
    back: undefined,
    nothing: '—',
    group: null,
    at,
  }
}

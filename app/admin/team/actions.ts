'use server'

import { z } from 'zod'
import { changeRole as change } from '@/lib/administrators/change-role'
import { endSessionsOf } from '@/lib/administrators/end-sessions'
import {
  inviteAdministrator,
  resendInvitation,
  revokeInvitation,
} from '@/lib/administrators/invite-administrator'
import { removeAdministrator } from '@/lib/administrators/remove-administrator'
import { inviteSchema, roleSchema } from '@/lib/administrators/schemas'
import { formAction } from '@/lib/action'
import { currentSessionToken, requireActingAdministrator, requireAdministrator } from '@/lib/auth'
import { removeSecondFactor } from '@/lib/auth/remove-second-factor'
import { endOtherSessions, endSession } from '@/lib/auth/sessions'

const who = () => requireActingAdministrator('admin')
const invitation = z.object({ invitationId: z.string().min(1).max(60) })
const member = z.object({ memberId: z.string().min(1).max(60) })
const team = (done: string) => `/admin/team?done=${done}`
const page = (memberId: string, done: string) => `/admin/team/${encodeURIComponent(memberId)}?done=${done}`

export const invite = formAction({
  schema: inviteSchema,
  who,
  perform: async (person, input) => {
    await inviteAdministrator(person, input)
    return null
  },
  next: () => team('invited'),
})

export const sendAgain = formAction({
  schema: invitation,
  who,
  perform: async (person, { invitationId }) => {
    await resendInvitation(person, invitationId)
    return null
  },
  next: () => team('sent'),
})

export const takeBack = formAction({
  schema: invitation,
  who,
  perform: async (person, { invitationId }) => {
    await revokeInvitation(person, invitationId)
    return null
  },
  next: () => team('taken-back'),
})

export const changeRole = formAction({
  schema: member.extend({ role: roleSchema, seen: roleSchema }),
  who,
  perform: async (person, { memberId, role, seen }) => {
    await change(person, { administratorId: memberId, role, seen })
    return memberId
  },
  next: (memberId) => page(memberId, 'role'),
})

export const remove = formAction({
  schema: member,
  who,
  perform: async (person, { memberId }) => {
    await removeAdministrator(person, memberId)
    return null
  },
  next: () => team('removed'),
})

export const takeFactorAway = formAction({
  schema: member,
  who,
  perform: async (person, { memberId }) => {
    await removeSecondFactor(person, memberId)
    return memberId
  },
  next: (memberId) => page(memberId, 'factor'),
})

/** A colleague's session; without one named, all of theirs. */
export const signOutColleague = formAction({
  schema: member.extend({ sessionId: z.string().max(100).optional() }),
  who,
  perform: async (person, { memberId, sessionId }) => {
    await endSessionsOf(person, { administratorId: memberId, sessionId })
    return memberId
  },
  next: (memberId) => page(memberId, 'signed-out'),
})

/** One of one's own other sessions; without one named, all of them. */
export const signOutElsewhere = formAction({
  schema: z.object({ sessionId: z.string().max(100).optional() }),
  who: () => requireAdministrator(),
  perform: async (person, { sessionId }) => {
    if (sessionId === undefined) await endOtherSessions(person, await currentSessionToken())
    else await endSession(person, sessionId)
    return person.administrator.id
  },
  next: (memberId) => page(memberId, 'signed-out'),
})

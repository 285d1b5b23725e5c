import { z } from 'zod'

export const roleSchema = z.enum(['viewer', 'finance', 'admin'], { error: 'Choose a role.' })

export const inviteSchema = z.object({
  email: z.string().trim().min(1, 'The e-mail address is wanted.').max(254, 'An address is not that long.'),
  role: roleSchema,
})

import 'server-only'
import NextAuth from 'next-auth'
import { authOptions } from './options'

export const { handlers, signOut: endCurrentSession } = NextAuth(() => authOptions())

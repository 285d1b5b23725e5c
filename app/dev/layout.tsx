export { default } from '../(public)/layout'

export const dynamic = 'force-dynamic'

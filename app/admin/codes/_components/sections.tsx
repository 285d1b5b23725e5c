import { Filters } from '../../_components/filters'

const sections = [
  { href: '/admin/codes', text: 'All codes' },
  { href: '/admin/codes/batches', text: 'Many at once' },
  { href: '/admin/codes/assign', text: 'Already at Stripe' },
  { href: '/admin/codes/house', text: 'The house’s own' },
  { href: '/admin/codes/reserved', text: 'Reserved words' },
] as const

/** What there is about codes beside the list. */
export function CodeSections({ current }: { current: (typeof sections)[number]['href'] }) {
  return (
    <Filters
      label="About codes"
      items={sections.map((section) => ({ ...section, current: section.href === current }))}
    />
  )
}

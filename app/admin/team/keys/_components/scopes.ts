/** What an API key's scope is called. */
export const scopeWords = {
  read: { text: 'Read', may: 'sees and exports everything, and changes nothing.' },
  admin: { text: 'Administer', may: 'may do all that the API offers.' },
} as const

import type { z } from 'zod'

/** What is wrong with an input, for a person, where its schema has no words of its own. */
export function issueWords(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'too_big' && issue.origin === 'string')
    return `At most ${issue.maximum} characters are wanted.`
  return 'This is missing or cannot be read.'
}

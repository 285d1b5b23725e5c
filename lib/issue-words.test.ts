import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { issueWords } from './issue-words'

const schema = z.object({ reason: z.string().min(1, 'Say why.').max(5), kind: z.enum(['a', 'b']) })
const problems = (input: unknown) =>
  schema.safeParse(input, { error: issueWords }).error?.issues.map(({ message }) => message)

describe('what is wrong with an input', () => {
  it.each([
    [{ reason: '', kind: 'a' }, ['Say why.']],
    [{ reason: 'too long', kind: 'a' }, ['At most 5 characters are wanted.']],
    [{ reason: 'yes', kind: 'c' }, ['This is missing or cannot be read.']],
    [{ kind: 'a' }, ['This is missing or cannot be read.']],
  ])('is said in words: %j', (input, words) => expect(problems(input)).toEqual(words))
})

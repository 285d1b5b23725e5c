import type { Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { previewDecision, type Preview } from '@/lib/intake/preview-decision'

/** What a decision would change, or the sentence with which it would be refused. */
export async function tryPreview(
  actor: Actor,
  decide: Parameters<typeof previewDecision>[1],
): Promise<{ preview: Preview } | { problem: string }> {
  try {
    return { preview: await previewDecision(actor, decide) }
  } catch (error) {
    if (error instanceof TributaryError) return { problem: error.message }
    throw error
  }
}

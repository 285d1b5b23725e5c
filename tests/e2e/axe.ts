import { expect, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  id: string
  help: string
  nodes: { target: unknown; failureSummary?: string }[]
}

/** Fails with every rule of WCAG 2.2 A and AA that the page as it stands now breaks, and where. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.addScriptTag({ content: source })
  const violations = await page.evaluate(async (): Promise<Violation[]> => {
    // axe-core puts itself there: https://github.com/dequelabs/axe-core/blob/develop/doc/API.md
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> }
    }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    return (await axe.run({ runOnly: { type: 'tag', values: tags } })).violations
  })
  const faults = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${String(target)}: ${failureSummary ?? ''}`),
  )
  expect(faults, `axe on ${page.url()}`).toEqual([])
}

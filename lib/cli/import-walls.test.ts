import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'tributary-walls-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const forbidden = [
  ['app/portal/page.tsx', '@/lib/demo/shop'],
  ['app/sandbox/page.tsx', '@/lib/stripe-sandbox/index'],
  ['app/admin/page.ts', '@/db'],
  ['app/admin/page.ts', '../../db/client'],
  ['app/admin/page.ts', 'drizzle-orm'],
  ['app/admin/page.ts', 'postgres'],
  ['app/admin/page.ts', 'stripe'],
  ['app/admin/page.ts', 'next-auth'],
  ['app/api/stripe/webhook/route.ts', '@/lib/stripe-sandbox'],
  ['app/portal/page.ts', '@/app/admin/figures'],
  ['app/portal/page.ts', '../admin/figures'],
  ['components/figure.ts', '@/db'],
  ['components/figure.ts', '@/lib/ledger/queries'],
  ['components/figure.ts', '@/lib/payouts/approve-payout-run'],
  ['components/figure.ts', 'node:fs'],
  ['lib/ledger/queries.ts', '@/app/portal/page'],
  ['lib/ledger/queries.ts', '@/components/figure'],
  ['lib/ledger/queries.ts', 'next/headers'],
  ['lib/ledger/queries.ts', 'react'],
  ['lib/ledger/queries.ts', 'stripe'],
  ['lib/ledger/queries.ts', '@/lib/payouts/queries'],
  ['lib/ledger/queries.ts', '../payouts/queries'],
  ['lib/payouts/queries.ts', '@/lib/intake/worker'],
  ['lib/affiliates/queries.ts', '@/lib/attribution/queries'],
  ['lib/programme/queries.ts', '@/lib/ledger/queries'],
  ['lib/mail/send.ts', 'stripe'],
  ['lib/settlement/settle.ts', '@/lib/ledger/accounts'],
  ['lib/settlement/settle.ts', '@/lib/clock'],
  ['lib/settlement/settle.ts', 'node:crypto'],
  ['lib/payouts/rules.ts', '@/db'],
  ['lib/payouts/schemas.ts', '@/lib/env'],
  ['lib/money.ts', '@/lib/env'],
  ['lib/stripe/client.ts', '@/lib/ledger/accounts'],
  ['lib/stripe/client.ts', '@/db'],
  ['lib/stripe-sandbox/router.ts', '@/lib/money'],
  ['lib/stripe-sandbox/router.ts', '../money'],
  ['db/client.ts', '@/lib/ledger/accounts'],
  ['db/client.ts', '../lib/clock'],
] as const

const allowed = [
  ['app/admin/page.ts', '@/lib/ledger/queries'],
  ['app/api/stripe/webhook/route.ts', '@/lib/intake/receive'],
  ['components/figure.ts', '@/lib/money'],
  ['components/figure.ts', '@/lib/payouts/schemas'],
  ['lib/ledger/queries.ts', '@/db'],
  ['lib/ledger/queries.ts', 'drizzle-orm'],
  ['lib/payouts/queries.ts', '@/lib/ledger/accounts'],
  ['lib/attribution/queries.ts', '@/lib/affiliates/queries'],
  ['lib/intake/worker.ts', '@/lib/stripe/client'],
  ['lib/intake/worker.ts', '@/lib/payouts/queries'],
  ['lib/settlement/settle.ts', '@/lib/money'],
  ['lib/settlement/settle.ts', './schedule'],
  ['lib/payouts/rules.ts', 'zod'],
  ['lib/stripe/client.ts', 'stripe'],
  ['lib/stripe-sandbox/router.ts', 'stripe'],
  ['lib/auth/config.ts', 'next-auth'],
  ['db/client.ts', '@/lib/env'],
  ['app/sandbox/page.tsx', '@/lib/demo/shop'],
  ['db/client.ts', 'postgres'],
] as const

type Diagnostic = { filename: string; code: string }

/** Lints every text as the file it is named after; the answer has one list of rule names per text. */
function lint(texts: readonly (readonly [file: string, text: string])[]): string[][] {
  // A house of its own for each, with the same configuration, so that one run is enough.
  texts.forEach(([file, text], index) => {
    const house = join(folder, `house-${index}`)
    mkdirSync(dirname(join(house, file)), { recursive: true })
    writeFileSync(join(house, file), text)
    copyFileSync('.oxlintrc.json', join(house, '.oxlintrc.json'))
  })
  const oxlint = join(process.cwd(), 'node_modules', '.bin', 'oxlint')
  const { stdout } = spawnSync(oxlint, ['--format=json', '.'], { cwd: folder, encoding: 'utf8' })
  // oxlint's own JSON format.
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] }
  const found = texts.map((_, index) =>
    diagnostics.filter(({ filename }) => filename.startsWith(`house-${index}/`)).map(({ code }) => code),
  )
  rmSync(folder, { recursive: true, force: true })
  return found
}

const importing = (cases: readonly (readonly [string, string])[]) =>
  cases.map(
    ([file, from]) => [file, `import { thing } from '${from}'\nexport const other = thing\n`] as const,
  )

const wall = 'eslint(no-restricted-imports)'

describe('the walls between the rooms', () => {
  it('stop every import that must not be', () => {
    const open = lint(importing(forbidden)).flatMap((codes, index) =>
      codes.includes(wall) ? [] : [forbidden[index]],
    )
    expect(open).toEqual([])
  })

  it('let through what may be', () => {
    const shut = lint(importing(allowed)).flatMap((codes, index) =>
      codes.length > 0 ? [allowed[index], codes] : [],
    )
    expect(shut).toEqual([])
  })

  it('let a component name the type of what it is given', () => {
    const text = `import type { Payout } from '@/lib/payouts/queries'\nexport type Props = { payout: Payout }\n`
    expect(lint([['components/figure.ts', text]])).toEqual([[]])
  })
})

describe('the other rules', () => {
  const long = (lines: number) => Array.from({ length: lines }, (_, n) => `  void ${n}`).join('\n')
  it.each([
    ['any', 'export const x: any = 1', 'typescript(no-explicit-any)'],
    ['the operator !', 'export const f = (x?: string) => x!.length', 'typescript(no-non-null-assertion)'],
    ['process.env outside lib/env.ts', 'export const home = process.env.HOME', 'node(no-process-env)'],
    ['a function of 71 lines', `export function f() {\n${long(69)}\n}`, 'eslint(max-lines-per-function)'],
    [
      'a file of 301 lines',
      Array.from({ length: 301 }, (_, n) => `export const x${n} = 1`).join('\n'),
      'eslint(max-lines)',
    ],
    ['a note for later', `// ${'TO'}${'DO'}: later\nexport const x = 1`, 'eslint(no-warning-comments)'],
  ])('refuse %s', (_, text, code) => {
    expect(lint([['lib/ledger/thing.ts', text]])).toEqual([[code]])
  })

  it('refuse a cycle', () => {
    const found = lint([['lib/ledger/a.ts', `import { a } from './a'\nexport const b = () => a\n`]])
    expect(found[0]?.length).toBeGreaterThan(0)
  })
})

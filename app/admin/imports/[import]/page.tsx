import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { one, oneOf } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { Moment } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { requireAdministrator } from '@/lib/auth'
import { products } from '@/lib/imports/formats'
import { getImport, listImportRows, type ImportDetail } from '@/lib/imports/queries'
import { FileRows } from '../../_components/file-rows'
import { findOrNone } from '../../codes/_components/find-or-none'
import { ImportRows } from '../_components/import-rows'
import { Columns, Decide } from '../_components/steps'
import { rowWords, stateWords } from '../_components/words'

export const metadata: Metadata = { title: 'A file of another product' }

type Query = Partial<Record<'state' | 'cursor' | 'as', string | string[]>>
const shown = ['refused', 'failed', 'ready', 'done'] as const

export default async function ImportPage(props: {
  params: Promise<{ import: string }>
  searchParams: Promise<Query>
}) {
  const person = await requireAdministrator()
  const { import: id } = await props.params
  const query = await props.searchParams
  const file = await findOrNone(getImport(person, id))
  if (!file) notFound()
  const may = person.administrator.role === 'admin'
  return (
    <>
      <PageHeading
        back={{ href: '/admin/imports', label: 'Coming from another product' }}
        title={<span className="break-all">{file.name}</span>}
        lead={
          <>
            Uploaded <Moment at={file.uploadedAt} /> by <span className="break-all">{file.uploadedBy}</span>
          </>
        }
        aside={<Badge tone={stateWords[file.state].tone}>{stateWords[file.state].text}</Badge>}
      />
      <div className="space-y-6">
        {file.state === 'mapping' ? null : <Decide file={file} may={may} />}
        {file.state === 'mapping' || file.state === 'checked' ? (
          <Columns file={file} may={may} as={oneOf(query.as, [...products, 'own'] as const)} />
        ) : null}
        {file.state === 'mapping' ? null : (
          <Rows person={person} file={file} state={oneOf(query.state, shown)} cursor={one(query.cursor)} />
        )}
      </div>
    </>
  )
}

async function Rows({
  person,
  file,
  state,
  cursor,
}: {
  person: Parameters<typeof listImportRows>[0]
  file: ImportDetail
  state: (typeof shown)[number] | undefined
  cursor: string | undefined
}) {
  const page = await listImportRows(person, { importId: file.id, state, cursor, limit: 50 })
  return (
    <FileRows
      path={`/admin/imports/${file.id}`}
      counts={file.rows}
      shown={shown}
      words={rowWords}
      state={state}
      cursor={cursor}
      page={page}
    >
      <ImportRows rows={page.rows} />
    </FileRows>
  )
}

import type { ReactNode } from 'react'
import { countText } from '@/components/count'
import { Moment } from '@/components/time'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'

interface UploadedFile {
  id: string
  name: string
  uploadedAt: Date
  uploadedBy: string
  /** One for each of the table's `counts`. */
  counts: readonly number[]
  state: ReactNode
}

interface FileTableProps {
  caption: string
  /** Where a file's own page is, without its id. */
  path: string
  /** What of the rows is counted: a heading, and the word on a narrow page. */
  counts: readonly { heading: string; word: string }[]
  files: readonly UploadedFile[]
}

/** Files that were uploaded, with what became of their rows. */
export function FileTable({ caption, path, counts, files }: FileTableProps) {
  return (
    <Table caption={caption}>
      <TableHead>
        <Column>File</Column>
        <Column wide>Uploaded</Column>
        {counts.map(({ heading }) => (
          <Column key={heading} wide end>
            {heading}
          </Column>
        ))}
        <Column end>State</Column>
      </TableHead>
      <tbody>
        {files.map((file) => (
          <Row key={file.id}>
            <RowHeading
              href={`${path}/${file.id}`}
              below={
                <>
                  {counts.map(({ word }, at) => `${countText(file.counts[at] ?? 0)} ${word}, `)}
                  <Moment at={file.uploadedAt} />
                </>
              }
            >
              <span className="break-all">{file.name}</span>
            </RowHeading>
            <Cell wide className="text-muted">
              <Moment at={file.uploadedAt} />
              <span className="block text-sm break-all">{file.uploadedBy}</span>
            </Cell>
            {counts.map(({ heading }, at) => (
              <Cell key={heading} wide end className="figures">
                {countText(file.counts[at] ?? 0)}
              </Cell>
            ))}
            <Cell end>{file.state}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

import type { Metadata } from 'next'
import { PageHeading } from '@/components/page-heading'
import { Card, CardText } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import { renew } from '../actions'
import { CodeForm } from '../code-form'

export const metadata: Metadata = { title: 'New recovery codes' }

export default async function RecoveryCodesPage() {
  await requireAdministrator()
  return (
    <>
      <PageHeading
        back={{ href: '/admin/second-factor', label: 'Second factor' }}
        title="New recovery codes"
        lead="Ten of them. They take the place of all that there are."
      />
      <Card className="max-w-3xl">
        <CardText className="mb-5">
          A code first, so that nobody makes them who only found your browser open.
        </CardText>
        <CodeForm
          action={renew}
          confirm="Make new ones"
          hint="Six digits, as your authenticator shows them now."
          next="/admin/second-factor"
        />
      </Card>
    </>
  )
}

import 'server-only'
import { createTransport } from 'nodemailer'
import { env } from '@/lib/env'
import type { MailContent } from './letter'

export type OutgoingMail = MailContent & {
  recipient: string
  /** The same at every attempt: mail servers drop what they already have. Without angle brackets. */
  messageId: string
}

export interface MailTransport {
  /** Resolves once the mail server has taken the mail. */
  send(mail: OutgoingMail): Promise<void>
  close(): void
}

/** The server has refused this mail for good; trying again would change nothing. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}

/** @param from the sender, as in `Tributary <hello@example.com>` */
export function smtpTransport(url: string, from: string): MailTransport {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ recipient, subject, text, html, messageId }) {
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: recipient },
          subject,
          text,
          html,
          messageId: `<${messageId}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
      } catch (error) {
        throw refusedForGood(error) ? new MailRefused(error.message) : error
      }
    },
    close: () => transport.close(),
  }
}

// 5xx about the letter itself; a refused login (535) is the operator's to mend, and the mail can then go.
function refusedForGood(error: unknown): error is Error {
  if (!(error instanceof Error) || !('responseCode' in error) || !('command' in error)) return false
  const { responseCode, command } = error
  return (
    typeof responseCode === 'number' &&
    responseCode >= 500 &&
    /^(MAIL FROM|RCPT TO|DATA)$/.test(String(command))
  )
}

let shared: { url: string; transport: MailTransport } | undefined

/** The mail server of SMTP_URL; null where there is none and mail stays in the database. */
export function mailTransport(): MailTransport | null {
  const { smtpUrl, mailFrom } = env()
  if (!smtpUrl) return null
  if (shared?.url !== smtpUrl) shared = { url: smtpUrl, transport: smtpTransport(smtpUrl, mailFrom) }
  return shared.transport
}

import { createHash } from 'node:crypto'

/** What is kept of an e-mail address: enough to compare it with others, no address. */
export interface EmailSigns {
  /** Of the address as its provider reads it: equal digests, one mailbox. */
  digest: string
  domainDigest: string
  /** `free` and `shared` domains say nothing of who works where. */
  domainClass: 'company' | 'free' | 'shared' | 'disposable'
}

const words = (text: string) => new Set(text.split(/\s+/))

/** Mailboxes for everybody. */
const free = words(
  'gmail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com rocketmail.com icloud.com me.com mac.com aol.com ' +
    'proton.me protonmail.com pm.me gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de mail.com mail.ru ' +
    'yandex.com yandex.ru zoho.com fastmail.com fastmail.fm hey.com tutanota.com tuta.com qq.com 163.com 126.com naver.com ' +
    'hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es outlook.de outlook.fr outlook.com.tr yahoo.co.uk yahoo.fr ' +
    'yahoo.de yahoo.it yahoo.es yahoo.co.in yahoo.com.br yahoo.co.jp live.co.uk live.nl orange.fr wanadoo.fr free.fr ' +
    'laposte.net libero.it virgilio.it seznam.cz wp.pl o2.pl onet.pl interia.pl bluewin.ch comcast.net verizon.net att.net ' +
    'btinternet.com mynet.com',
)

/** Providers' and universities' relays; and names that belong to nobody (RFC 2606 and 6761). */
const shared = words(
  'privaterelay.appleid.com users.noreply.github.com example.com example.net example.org localhost',
)
const sharedEndings = ['.edu', '.ac.uk', '.edu.tr', '.example', '.test', '.invalid', '.localhost']

const disposable = words(
  'mailinator.com guerrillamail.com guerrillamail.net sharklasers.com grr.la 10minutemail.com 10minutemail.net temp-mail.org ' +
    'tempmail.com tempmail.dev tempmailo.com throwawaymail.com yopmail.com yopmail.fr getnada.com maildrop.cc trashmail.com ' +
    'trashmail.de dispostable.com fakeinbox.com mailnesia.com mintemail.com mohmal.com moakt.com emailondeck.com ' +
    'spamgourmet.com mytemp.email burnermail.io discard.email mail-temp.com wegwerfmail.de einrot.com',
)

/** One name for each provider that has several. */
const aliases: Record<string, string> = { 'googlemail.com': 'gmail.com' }

// Who reads `a.b` as `ab`: https://support.google.com/mail/answer/7436150
const ignoresDots = words('gmail.com')
// Who reads `a+b` as `a`.
const ignoresTags = words(
  'gmail.com outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com proton.me protonmail.com pm.me fastmail.com ' +
    'fastmail.fm hey.com yandex.com yandex.ru zoho.com tutanota.com tuta.com',
)

/** The address as its provider reads it; null if it is none. */
function mailboxOf(text: string): { local: string; domain: string } | null {
  const [, written, host] = /^([^@\s]+)@([^@\s]+)$/.exec(text.normalize('NFKC').trim().toLowerCase()) ?? []
  if (written === undefined || host === undefined) return null
  const named = host.replace(/\.$/, '')
  const domain = aliases[named] ?? named
  const untagged = ignoresTags.has(domain) ? written.replace(/\+.*$/, '') : written
  const local = ignoresDots.has(domain) ? untagged.replaceAll('.', '') : untagged
  return { local: local || written, domain }
}

function classOf(domain: string): EmailSigns['domainClass'] {
  if (disposable.has(domain)) return 'disposable'
  if (free.has(domain)) return 'free'
  const isShared = shared.has(domain) || sharedEndings.some((ending) => domain.endsWith(ending))
  return isShared || !domain.includes('.') ? 'shared' : 'company'
}

/** What an address can be compared by; null if it is none. */
export function emailSigns(address: string | null | undefined): EmailSigns | null {
  const mailbox = mailboxOf(address ?? '')
  if (mailbox === null) return null
  const { local, domain } = mailbox
  return {
    digest: digest('email', `${local}@${domain}`),
    domainDigest: digest('domain', domain),
    domainClass: classOf(domain),
  }
}

/** Of a billing name and postal code, however they are written; null unless both are there. */
export function payerDigest(
  name: string | null | undefined,
  postalCode: string | null | undefined,
): string | null {
  const [who, where] = [plain(name), plain(postalCode)]
  return who === '' || where === '' ? null : digest('payer', `${who} ${where}`)
}

/** Letters and digits without marks and case: `Yılmaz, Ahmet` and `YILMAZ AHMET` are one. */
function plain(text: string | null | undefined): string {
  return (text ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replace(/[^\p{L}\p{N}]+/gu, '')
}

/** Without a key, so that facts can be compared for as long as they are kept: they are marks to compare by, no secrets. */
function digest(kind: string, value: string): string {
  return createHash('sha256').update(`${kind}:${value}`).digest('base64url')
}

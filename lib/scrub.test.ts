import { describe, expect, it } from 'vitest'
import { scrub } from './scrub'

describe('a line of the log', () => {
  it.each([
    ['sent to ahmet.y+x@mail.example.co.uk, twice', 'sent to [address], twice'],
    ['key sk_live_51Habc123 and rk_test_9', 'key [key] and [key]'],
    ['signed with whsec_4f3a', 'signed with [key]'],
    [`{"authorization":"Bearer trb_${'0a'.repeat(20)}"}`, '{"authorization":"Bearer [key]"}'],
    [`t=1795240183,v1=${'0a'.repeat(32)}`, 't=1795240183,[signature]'],
    ['GET /verify?token=abcdefgh12345&email=a%40b', 'GET /verify?token=[secret]&email=a%40b'],
    ['postgres://app:s3cret@localhost:5432/books', 'postgres://[login]@localhost:5432/books'],
  ])('%s', (line, scrubbed) => {
    expect(scrub(line)).toBe(scrubbed)
  })

  it('keeps the ids of events, payments and coupons', () => {
    const line =
      '{"eventId":"evt_1Q","paymentId":"pi_3P","coupon":"trb_0abc3defghjkmnpqrstv","mail":"j•••@g•••.com"}'
    expect(scrub(line)).toBe(line)
  })
})

/**
 * What a referral link carries into a Checkout Session's `client_reference_id`: the code, and behind an underscore the link's own
 * name: `AHMET5`, `AHMET5_newsletter`. Codes have no underscore, and Stripe takes letters, digits, dashes and underscores only:
 * https://docs.stripe.com/payment-links/url-parameters
 */
export function linkReference(code: string, slug: string | null): string {
  return slug === null ? code : `${code}_${slug}`
}

/** The code that a reference begins with. Whatever is none of ours stays as it is. */
export function codeInReference(reference: string): string {
  return /^([A-Za-z0-9-]+)_[a-z0-9-]+$/.exec(reference)?.[1] ?? reference
}

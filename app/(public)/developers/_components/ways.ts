/** The ways into Checkout, as they are shown and tried. */
export const ways = [
  {
    way: 'typed',
    title: 'The customer types the code',
    text: 'Most have heard the code and enter it themselves. Stripe shows the field, and nothing else is needed.',
    code: `const session = await stripe.checkout.sessions.create({
  mode: 'subscription',
  line_items: [{ price: 'price_…', quantity: 1 }],
  allow_promotion_codes: true,
  client_reference_id: ref, // if a link brought one
  success_url: 'https://your-product.example/welcome',
})`,
    attempt: (code: string) => `${code}, typed`,
  },
  {
    way: 'prefilled',
    title: 'Your pricing page knows the code',
    text: 'The link carries it in the query. Look its id up and put it into discounts: the price is right before anybody types. Stripe takes either discounts or allow_promotion_codes, so offer the field where the code does not work.',
    code: `const code = new URL(request.url).searchParams.get('code')
const found = code
  ? await stripe.promotionCodes.list({ code, active: true, limit: 1 })
  : null
const promotionCode = found?.data[0]

const session = await stripe.checkout.sessions.create({
  mode: 'subscription',
  line_items: [{ price: 'price_…', quantity: 1 }],
  ...(promotionCode
    ? { discounts: [{ promotion_code: promotionCode.id }] }
    : { allow_promotion_codes: true }),
  client_reference_id: ref,
  success_url: 'https://your-product.example/welcome',
})`,
    attempt: (code: string) => `${code}, prefilled`,
  },
  {
    way: 'link',
    title: 'Somebody came by a link and types no code',
    text: 'client_reference_id alone is enough to remember who sent them. They pay the full price, and the affiliate earns all the same. It also tells the affiliate which of their links it was.',
    code: `const ref = new URL(request.url).searchParams.get('ref')

const session = await stripe.checkout.sessions.create({
  mode: 'subscription',
  line_items: [{ price: 'price_…', quantity: 1 }],
  allow_promotion_codes: true,
  ...(ref ? { client_reference_id: ref } : {}),
  success_url: 'https://your-product.example/welcome',
})`,
    attempt: (code: string) => `By ${code}’s link, no code`,
  },
  {
    way: 'both',
    title: 'A link of one, a code of another',
    text: 'The code counts. It was typed on purpose; a link may have been clicked for any reason. The published terms say so too.',
    code: `// client_reference_id: 'AHMET5'      the link that was followed
// promotion code:      'SOFIA5'      what was typed in Checkout
// → the customer is Sofia’s`,
    attempt: (code: string, other: string) => `By ${code}’s link, typing ${other}`,
  },
] as const

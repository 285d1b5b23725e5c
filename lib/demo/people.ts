import { fold } from '@/lib/affiliates/rules'
import type { Dice } from './dice'

/** Somebody who recommends the product. */
export interface DemoAffiliate {
  handle: string
  displayName: string
  email: string
  /** The month of the story in which they join; 0: before its first day. */
  joins: number
  /** How many customers they bring, compared with the others. */
  weight: number
  /** Absent: the programme's. */
  rateBps?: number
  /** Absent: the programme's discount. */
  percentOff?: number
}

export interface DemoCustomer {
  name: string
  email: string
  country: string
  postalCode: string
  cardNumber: string
}

/** Where an affiliate of the demo gets mail; the console's `/dev/mail` shows it. */
export function emailOf(handle: string): string {
  return `${handle.toLowerCase()}@demo.localhost`
}

type Listed = [
  handle: string,
  name: string,
  joins: number,
  weight: number,
  own?: Pick<DemoAffiliate, 'rateBps' | 'percentOff'>,
]

const listed: Listed[] = [
  ['AHMET', 'Ahmet Yılmaz', 0, 26],
  ['SOFIA', 'Sofia Lindholm', 0, 18],
  ['PRIYA', 'Priya Raghavan', 0, 16, { rateBps: 2500 }],
  ['JONAS', 'Jonas Becker', 0, 12],
  ['MEI', 'Mei Tanaka', 0, 11],
  ['LUCIA', 'Lucía Fernández', 0, 10],
  ['KWAME', 'Kwame Mensah', 0, 9],
  ['CHLOE', 'Chloé Laurent', 0, 8],
  ['WANJIRU', 'Wanjiru Kamau', 1, 8],
  ['RAFAEL', 'Rafael Almeida', 1, 7],
  ['BEATA', 'Beata Nowak', 1, 6, { percentOff: 10 }],
  ['DANIEL', 'Daniel O’Connor', 2, 6],
  ['NOOR', 'Noor van Dijk', 2, 5],
  ['THIAGO', 'Thiago Moreira', 3, 5],
  ['HANNA', 'Hanna Virtanen', 3, 4],
  ['ALEX', 'Alex Kim', 4, 4],
  ['GIULIA', 'Giulia Romano', 4, 3],
  ['MARCUS', 'Marcus Bell', 5, 3],
  ['LEILA', 'Leila Haddad', 6, 2],
  ['OSCAR', 'Oscar Nyström', 7, 2],
]

export const demoAffiliates: readonly DemoAffiliate[] = listed.map(
  ([handle, displayName, joins, weight, own]) => ({
    handle,
    displayName,
    email: emailOf(handle),
    joins,
    weight,
    ...own,
  }),
)

interface Place {
  country: string
  postalCodes: string
  first: string
  last: string
  weight: number
}

const places: Place[] = [
  {
    country: 'US',
    postalCodes: '02139 10014 30307 60647 78704 80205 94110 97214 98103',
    first: 'Emma Liam Grace Ethan Maya Noah Olivia Caleb Zoe Aaron',
    last: 'Carter Nguyen Brooks Patel Morgan Rivera Foster Hayes Sullivan Price',
    weight: 30,
  },
  {
    country: 'DE',
    postalCodes: '10115 20357 50672 80331 04109',
    first: 'Lena Felix Katharina Moritz Anja Tobias Johanna Lukas',
    last: 'Schneider Wagner Hoffmann Krüger Vogel Brandt Keller',
    weight: 14,
  },
  {
    country: 'GB',
    postalCodes: 'E81AA M11AE BS14DJ EH11YZ LS14DY',
    first: 'Amelia Oliver Isla George Harriet Callum Freya Rhys',
    last: 'Wright Hughes Bennett Clarke Ahmed Doyle Fletcher',
    weight: 12,
  },
  {
    country: 'TR',
    postalCodes: '34710 06420 35220 16010',
    first: 'Elif Mert Zeynep Can Ayşe Emre Selin Burak',
    last: 'Demir Kaya Şahin Çelik Aydın Öztürk Arslan',
    weight: 10,
  },
  {
    country: 'FR',
    postalCodes: '75011 69001 33000 44000 59000',
    first: 'Camille Hugo Manon Théo Inès Baptiste Louise',
    last: 'Moreau Girard Lefèvre Roux Fontaine Chevalier',
    weight: 8,
  },
  {
    country: 'IN',
    postalCodes: '560001 400050 110016 600004',
    first: 'Ananya Rohan Kavya Arjun Meera Vikram Nisha',
    last: 'Iyer Sharma Desai Menon Bose Chatterjee',
    weight: 8,
  },
  {
    country: 'BR',
    postalCodes: '01310-100 22041-001 30130-010 40026-010',
    first: 'Beatriz Pedro Larissa Gustavo Camila Mateus',
    last: 'Souza Carvalho Barbosa Ribeiro Teixeira',
    weight: 6,
  },
  {
    country: 'SE',
    postalCodes: '11122 41103 21119 75310',
    first: 'Astrid Elias Saga Viktor Ebba Nils',
    last: 'Bergström Holm Sandberg Ekström Lund',
    weight: 5,
  },
  {
    country: 'JP',
    postalCodes: '150-0001 530-0001 460-0008',
    first: 'Haruka Kenji Yui Takumi Aya Daichi',
    last: 'Mori Ishikawa Fujita Ogawa Nakano',
    weight: 4,
  },
  {
    country: 'AU',
    postalCodes: '2010 3065 4101 6005',
    first: 'Matilda Jack Ruby Lachlan Evie Cooper',
    last: 'Walsh Harvey Burke Nolan Gibson',
    weight: 3,
  },
]

const firmBeginnings =
  'Alder Amber Beacon Birch Bright Cedar Clear Cobalt Copper Delta Ember Fern Granite Harbor Juniper Kestrel Linden Maple ' +
  'Meadow North Opal Pine Quarry River Silver Stone Sunday Tandem Velvet Willow'
const firmEndings = 'bridge craft desk field forge labs loop mill point press shore studio works yard'

/** @param taken addresses given out so far; the new one is added */
export function drawCustomer(dice: Dice, taken: Set<string>): DemoCustomer {
  const place = dice.weigh(places)
  const words = (text: string) => text.split(' ')
  for (;;) {
    const first = dice.pick(words(place.first))
    const last = dice.pick(words(place.last))
    const firm = `${dice.pick(words(firmBeginnings))}${dice.pick(words(firmEndings))}`
    const email = `${fold(first)}.${fold(last)}@${firm}.example`.toLowerCase()
    const postalCode = dice.pick(words(place.postalCodes))
    const cardNumber = cardNumberFrom(dice.below(1_000_000_000))
    if (taken.has(email)) continue
    taken.add(email)
    return { name: `${first} ${last}`, email, country: place.country, postalCode, cardNumber }
  }
}

/** A card number that passes the check digit's test, one for each number below 10⁹. A card of one's own is a fingerprint of one's own. */
export function cardNumberFrom(number: number): string {
  const digits = `453201${String(number).padStart(9, '0')}`
  // Luhn's: from the right, every other digit counts double; the check digit to come shifts which.
  const total = [...digits].reverse().reduce((sum, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return sum + (value > 9 ? value - 9 : value)
  }, 0)
  return `${digits}${(10 - (total % 10)) % 10}`
}

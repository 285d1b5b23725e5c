import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { connect, type Connection } from '@/db'
import { createDatabase, dropDatabase, onDatabase } from '@/lib/postgres'
import { startApplication, type Application, type ApplicationOptions } from './application'
import { testDatabase } from './database'
import { openControl, openProgramme, openShop, webhookSecret, type Control, type Shop } from './fault-books'
import { startDeliveries, type Deliveries, type DeliveryOptions } from './stripe-deliveries'
import { openProxy, throughProxy, type Proxy } from './tcp-proxy'

/** The built application on a database of its own, every wire of it in the test's hands, and books beside it that nothing disturbs. */
export interface FaultyApplication {
  application: Application
  shop: Shop
  control: Control
  /** Past the proxy, for the test to look on. */
  books: Connection
  /** The application's login, past the proxy. */
  databaseUrl: string
  superuserUrl: string
  database: Proxy
  stripe: Proxy
  deliveries(options?: Partial<DeliveryOptions>): Deliveries
  close(): Promise<void>
}

const portOf = (url: string): number => Number(new URL(url).port)

export async function openFaultyApplication(
  seed: string,
  options: Omit<ApplicationOptions, 'databaseUrl' | 'stripeUrl'> & {
    /** Answers with the address under which the application finds its database, given its real one. */
    between?: (url: string) => Promise<{ url: string; close(): Promise<void> }>
  } = {},
): Promise<FaultyApplication> {
  const server = inject('postgres')
  const base = await testDatabase()
  const shop = await openShop(seed)
  await openProgramme(base.url, shop.stripe)
  const names = ['app', 'control'].map((name) => `faults_${name}_${randomBytes(4).toString('hex')}`)
  for (const name of names) await createDatabase(server.superuserUrl, name, { template: base.name })
  const [url = '', controlUrl = ''] = names.map((name) => onDatabase(server.url, name))
  const database = await openProxy({ host: '127.0.0.1', port: portOf(url) })
  const stripe = await openProxy({ host: '127.0.0.1', port: shop.sandbox.port })
  const { between, ...rest } = options
  const gate = await between?.(url)
  const application = await startApplication({
    ...rest,
    databaseUrl: gate?.url ?? throughProxy(url, database),
    stripeUrl: throughProxy(shop.sandbox.url, stripe),
  })
  const books = connect(url, { max: 2 })
  const control = openControl(controlUrl, shop)
  const sending = new Set<Deliveries>()
  return {
    application,
    shop,
    control,
    books,
    databaseUrl: url,
    superuserUrl: onDatabase(server.superuserUrl, names[0] ?? ''),
    database,
    stripe,
    deliveries: (own = {}) => {
      const one = startDeliveries({
        urls: application.urls,
        secret: webhookSecret,
        connections: 8,
        ...own,
      })
      sending.add(one)
      return one
    },
    close: async () => {
      await Promise.all([...sending].map((each) => each.stop()))
      await application.stop()
      await gate?.close()
      await Promise.all([books.close(), control.close(), database.close(), stripe.close()])
      await shop.sandbox.close()
      for (const name of names) await dropDatabase(server.superuserUrl, name)
      await base.drop()
    },
  }
}

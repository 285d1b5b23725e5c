import { createHmac } from 'node:crypto'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** Sends one signed webhook; answers null when it was taken (2xx), else what went wrong. */
export class Post {
  readonly #http = new HttpAgent({ keepAlive: true })
  readonly #https = new HttpsAgent({ keepAlive: true })

  send(url: string, payload: string, secret: string, timeoutMs: number): Promise<string | null> {
    const sentAt = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', secret).update(`${sentAt}.${payload}`).digest('hex')
    const isSecure = url.startsWith('https:')
    return new Promise((resolve) => {
      const options = {
        method: 'POST',
        agent: isSecure ? this.#https : this.#http,
        timeout: timeoutMs,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(payload),
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': `t=${sentAt},v1=${signature}`,
        },
      }
      const request = (isSecure ? httpsRequest : httpRequest)(url, options, (response) => {
        response.resume()
        response.once('error', (error) => resolve(error.message))
        response.once('end', () => {
          const status = response.statusCode ?? 0
          resolve(status >= 200 && status < 300 ? null : `HTTP ${status}`)
        })
      })
      request.once('timeout', () => request.destroy(new Error(`no answer in ${timeoutMs} ms`)))
      request.once('error', (error) => resolve(error.message))
      request.end(payload)
    })
  }

  close(): void {
    this.#http.destroy()
    this.#https.destroy()
  }
}

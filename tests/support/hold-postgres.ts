import { ensurePostgres } from '@/lib/postgres'

// A process that uses the server of a data directory until it is killed or told to stop.
const dataDir = process.argv[2] ?? ''
const server = await ensurePostgres({ dataDir, log: () => {}, fsync: false })
const { pid, port, url, adopted } = server
process.stdout.write(`${JSON.stringify({ pid, port, url, adopted })}\n`)
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)))
setInterval(() => {}, 60_000)

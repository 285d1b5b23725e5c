// Loaded before a child's own code: when the process that started it is gone, however it ended, so is the child.
const patienceMs = 30_000
const parent = Number(new URL(import.meta.url).searchParams.get('parent'))

const leave = () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), patienceMs).unref()
  process.kill(process.pid, 'SIGTERM')
}

// A child hands its node flags, and so this file, down to workers of its own: they are its affair.
if (process.ppid === parent && process.channel) {
  process.on('disconnect', leave)
  process.channel.unref()
} else if (process.channel && !process.connected) leave()

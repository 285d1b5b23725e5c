// Loaded before a child's own code: when the process that started it is gone, however it ended, so is the child.
const patienceMs = 30_000

if (process.channel) {
  process.on('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), patienceMs).unref()
    process.kill(process.pid, 'SIGTERM')
  })
  process.channel.unref()
}

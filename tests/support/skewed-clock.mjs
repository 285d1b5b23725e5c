// Loaded before a process's own code: its clock is so many seconds ahead of the machine's.
const aheadMs = Number(new URL(import.meta.url).searchParams.get('seconds')) * 1000
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + aheadMs)
    else super(...parts)
  }

  static now() {
    return RealDate.now() + aheadMs
  }
}

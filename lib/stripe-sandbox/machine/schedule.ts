import type { Task } from '@/lib/stripe-sandbox/machine/wire'

interface Slot {
  at: number
  order: number
  id: string
}

/** What falls due next, for each world. A task that was moved or removed leaves its old slot behind; it is skipped. */
export class Schedule {
  readonly #heaps = new Map<string, Slot[]>()
  #order = 0

  add(task: Task): void {
    let heap = this.#heaps.get(task.world)
    if (!heap) this.#heaps.set(task.world, (heap = []))
    heap.push({ at: task.at, order: this.#order++, id: task.id })
    rise(heap, heap.length - 1)
  }

  /** The next due moment of a world, or null; slots of tasks that are no longer so are dropped. */
  peek(world: string, isCurrent: (id: string, at: number) => boolean): { id: string; at: number } | null {
    const heap = this.#heaps.get(world)
    while (heap) {
      const first = heap[0]
      if (!first) break
      if (isCurrent(first.id, first.at)) return first
      drop(heap)
    }
    return null
  }
}

const isEarlier = (a: Slot, b: Slot): boolean => (a.at === b.at ? a.order < b.order : a.at < b.at)

function rise(heap: Slot[], from: number): void {
  let child = from
  while (child > 0) {
    const parent = (child - 1) >> 1
    const [a, b] = [heap[child], heap[parent]]
    if (!a || !b || !isEarlier(a, b)) return
    heap[child] = b
    heap[parent] = a
    child = parent
  }
}

function drop(heap: Slot[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  heap[0] = last
  let parent = 0
  for (;;) {
    let smallest = parent
    for (const child of [2 * parent + 1, 2 * parent + 2]) {
      const [a, b] = [heap[child], heap[smallest]]
      if (a && b && isEarlier(a, b)) smallest = child
    }
    const [a, b] = [heap[parent], heap[smallest]]
    if (smallest === parent || !a || !b) return
    heap[parent] = b
    heap[smallest] = a
    parent = smallest
  }
}

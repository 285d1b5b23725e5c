export function mendDriver(root: string): void

import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '')

export const inProject = (...parts: string[]): string => join(projectRoot, ...parts)

/** Absolute: DATA_DIR is meant from the project's root. */
export const absoluteDataDir = (setting: string | undefined): string =>
  resolve(projectRoot, setting ?? '.data')

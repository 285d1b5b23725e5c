import { readFile } from 'node:fs/promises'
import { database } from '@/db'
import { addMaterial } from '@/lib/links/add-material'
import { allowLandingPage } from '@/lib/links/allow-landing-page'
import { disallowLandingPage } from '@/lib/links/disallow-landing-page'
import { listMaterials } from '@/lib/links/material-queries'
import { listLandingPages } from '@/lib/links/queries'
import { removeMaterial } from '@/lib/links/remove-material'
import { only, operator, UsageError, type Asked, type Command } from './command'

function wanted(asked: Asked, option: string): string {
  const text = asked.text(option)?.trim()
  if (!text) throw new UsageError(`--${option} is missing.`)
  return text
}

const pagesList: Command = {
  name: 'pages list',
  usage: '',
  summary: 'the pages of the product that affiliates’ links may lead to',
  options: {},
  needs: 'database',
  run: async (asked) => {
    only(asked)
    const pages = await listLandingPages(operator)
    const lines = pages.map(({ url, label, withBelow }) => `${url}${withBelow ? ' and below' : ''}  ${label}`)
    return { exit: 0, result: pages, lines }
  },
}

const pagesAllow: Command = {
  name: 'pages allow',
  usage: 'URL --label TEXT [--below]',
  summary: 'lets links lead to a page; the first one is where a bare code leads',
  options: {
    label: { type: 'string', value: 'TEXT', help: 'what affiliates see' },
    below: { type: 'boolean', help: 'and to every page below it' },
  },
  needs: 'database',
  run: async (asked) => {
    const [url] = only(asked, 'URL')
    const page = { url, label: wanted(asked, 'label'), withBelow: asked.flag('below') }
    const stored = await allowLandingPage(operator, page)
    return { exit: 0, result: { ...page, ...stored }, lines: [stored.url] }
  },
}

const pagesForbid: Command = {
  name: 'pages forbid',
  usage: 'URL',
  summary: 'no link leads there any more; those that did lead to the first page',
  options: {},
  needs: 'database',
  run: async (asked) => {
    const [url] = only(asked, 'URL')
    await disallowLandingPage(operator, { url })
    return { exit: 0, result: { url }, lines: [url] }
  },
}

const materialsList: Command = {
  name: 'materials list',
  usage: '',
  summary: 'the texts and pictures that affiliates are given',
  options: {},
  needs: 'database',
  run: async (asked) => {
    only(asked)
    const materials = await listMaterials(operator, database())
    const lines = materials.map(
      ({ id, title, text }) => `${id}  ${text === null ? 'picture' : 'text'}  ${title}`,
    )
    return { exit: 0, result: materials, lines }
  },
}

const materialsAdd: Command = {
  name: 'materials add',
  usage: 'FILE --title TEXT',
  summary: 'gives affiliates a text (.txt, .md; {code} and {link} become theirs) or a picture',
  options: { title: { type: 'string', value: 'TEXT', help: 'what affiliates see' } },
  needs: 'database',
  run: async (asked) => {
    const [file] = only(asked, 'FILE')
    const title = wanted(asked, 'title')
    const content = await readFile(file).catch(() => {
      throw new UsageError(`${file} cannot be read.`)
    })
    const body = /\.(txt|md)$/i.test(file) ? { text: content.toString('utf8') } : { picture: content }
    const { id } = await addMaterial(operator, { title, ...body })
    return { exit: 0, result: { id, title }, lines: [`${id}  ${title}`] }
  },
}

const materialsRemove: Command = {
  name: 'materials remove',
  usage: 'ID',
  summary: 'takes a text or picture away again',
  options: {},
  needs: 'database',
  run: async (asked) => {
    const [id] = only(asked, 'ID')
    await removeMaterial(operator, { id: Number(id) })
    return { exit: 0, result: { id: Number(id) }, lines: [id] }
  },
}

export const linkCommands: readonly Command[] = [
  pagesList,
  pagesAllow,
  pagesForbid,
  materialsList,
  materialsAdd,
  materialsRemove,
]

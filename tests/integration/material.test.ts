import { beforeEach, describe, expect, it } from 'vitest'
import { connect, type Connection } from '@/db'
import type { Actor } from '@/lib/actor'
import { addMaterial } from '@/lib/links/add-material'
import { getPicture, listMaterials } from '@/lib/links/material-queries'
import { removeMaterial } from '@/lib/links/remove-material'
import { testDatabase } from '@/tests/support/database'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const finance = person(null, 'finance')
const ahmet = person('aff_1')

function person(affiliateId: string | null, role?: 'finance'): Actor {
  const administrator = role ? { id: 'adm_1', role } : null
  return { kind: 'person', userId: 'user', email: 'p@example.com', administrator, affiliateId }
}

let db: Connection['db']

beforeEach(async () => {
  const store = await testDatabase()
  const connection = connect(store.url)
  db = connection.db
  return async () => {
    await connection.close()
    await store.drop()
  }
})

describe('material', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex')

  it('is added by an administrator and seen by every affiliate', async () => {
    const { id } = await addMaterial(admin, { title: 'Short', text: ' Try it with {code}.\r\n' }, db)
    const picture = await addMaterial(admin, { title: 'Banner', picture: png }, db)
    expect(await listMaterials(ahmet, db)).toEqual([
      { id, title: 'Short', text: 'Try it with {code}.' },
      { id: picture.id, title: 'Banner', text: null },
    ])
    expect(await getPicture(ahmet, picture.id, db)).toEqual({
      title: 'Banner',
      picture: png,
      mediaType: 'image/png',
    })
    await expect(getPicture(ahmet, id, db)).rejects.toMatchObject({ code: 'not_found' })
    await removeMaterial(admin, { id: picture.id }, db)
    await expect(getPicture(ahmet, picture.id, db)).rejects.toMatchObject({ code: 'not_found' })
    await expect(removeMaterial(admin, { id: picture.id }, db)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is no script in a picture’s clothes', async () => {
    for (const picture of [Buffer.from('<svg onload="alert(1)">'), Buffer.alloc(0)])
      await expect(addMaterial(admin, { title: 'Banner', picture }, db)).rejects.toMatchObject({
        field: 'picture',
      })
    const large = Buffer.concat([png, Buffer.alloc(2 * 1024 * 1024)])
    await expect(addMaterial(admin, { title: 'Banner', picture: large }, db)).rejects.toThrow('2 MiB')
  })

  it('is nobody else’s to add, take away or see', async () => {
    await expect(addMaterial(ahmet, { title: 'x', text: 'y' }, db)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(removeMaterial(finance, { id: 1 }, db)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(listMaterials(person(null), db)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(getPicture(person(null), 1, db)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

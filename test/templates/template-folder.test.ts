import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'

const folder = path.resolve(import.meta.dirname, '../../templates')

test('each built-in template has a source, a sample, and a description with a unique id', async () => {
  const names = await readdir(folder)
  const ids = await Promise.all(
    names.map(async (name) => {
      const template = JSON.parse(await readFile(path.join(folder, name, 'template.json'), 'utf8'))
      assert.equal(template.name, name)
      assert.ok(template.title && template.description)
      await readFile(path.join(folder, name, 'ticket.hbs'))
      await readFile(path.join(folder, name, 'sample.json'))
      return template.id
    }),
  )
  assert.equal(new Set(ids).size, names.length)
})

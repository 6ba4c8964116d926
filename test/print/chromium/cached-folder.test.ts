import assert from 'node:assert/strict'
import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { mock, test } from 'node:test'
import { fillOnce } from '../../../functions/print/chromium/cached-folder.ts'
import { ownTemporaryFolder } from '../../fixtures/printing.ts'

const temporary = ownTemporaryFolder()

/** Keeps one file in a folder of a cache, and counts how often it was written. */
function cache(name: string) {
  const cacheFolder = path.join(temporary, name)
  const fill = mock.fn((folder: string) => writeFile(path.join(folder, 'program'), 'true'))
  return { cacheFolder, fill, open: () => fillOnce({ cacheFolder, name: 'tool-1', isVerified: true, fill }) }
}

test('a folder is filled once, readable by everybody and writable only by its owner', async () => {
  const { cacheFolder, fill, open } = cache('once')
  const folder = await open()
  assert.equal(await open(), folder)
  assert.equal(fill.mock.callCount(), 1)
  assert.equal(await readFile(path.join(folder, 'program'), 'utf8'), 'true')
  assert.deepEqual(await readdir(cacheFolder), ['tool-1'])
})

test('a file that is missing or differs from what was written is replaced before it is used', async () => {
  const { fill, open } = cache('changed')
  const program = path.join(await open(), 'program')
  for (const change of [() => writeFile(program, 'planted'), () => chmod(program, 0o600).then(() => writeFile(program, ''))]) {
    await change()
    await open()
    assert.equal(await readFile(program, 'utf8'), 'true')
  }
  assert.equal(fill.mock.callCount(), 3)
})

test('a planted folder without the hashes of its files is replaced', async () => {
  const { cacheFolder, open } = cache('planted')
  await mkdir(path.join(cacheFolder, 'tool-1'), { recursive: true, mode: 0o700 })
  await writeFile(path.join(cacheFolder, 'tool-1', 'program'), 'planted')
  assert.equal(await readFile(path.join(await open(), 'program'), 'utf8'), 'true')
})

test('a cache that other users may write to is refused, with advice', async () => {
  const { cacheFolder, fill, open } = cache('open')
  await mkdir(cacheFolder)
  await chmod(cacheFolder, 0o777)
  await assert.rejects(open(), {
    message: `${cacheFolder} is not used, since other users may write it: set BROWSER_CACHE_DIR to a folder of your own with mode 700`,
  })
  assert.equal(fill.mock.callCount(), 0)
})

test('a folder of another user in a shared folder is refused', async (t) => {
  const { cacheFolder, open } = cache('sticky')
  await mkdir(cacheFolder)
  await chmod(cacheFolder, 0o1777)
  const folder = await open()
  const stranger = 4242
  // Only root can give a folder to another user; anybody else becomes another user instead.
  const { getuid } = process
  const isRoot = getuid?.() === 0
  if (isRoot) await chown(folder, stranger, stranger)
  else process.getuid = () => stranger
  t.after(() => Object.assign(process, { getuid }))
  await assert.rejects(open(), {
    message: new RegExp(`^${isRoot ? folder : cacheFolder} is not used, since it belongs to another user`),
  })
})

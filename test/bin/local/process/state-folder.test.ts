import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openStateFolder } from '../../../../bin/local/process/state-folder.ts'

describe('the state folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'state-folder-'))
  after(() => rmSync(root, { recursive: true }))

  test('is made where it is missing, for its user alone', () => {
    const state = openStateFolder(join(root, 'new/state'))
    // Root's can be passed through, never listed, because PostgreSQL runs as somebody else then.
    assert.equal(statSync(state.path).mode & 0o066, 0)
    state.release()
  })

  test('keeps its mode where something was in it', () => {
    const path = join(root, 'used')
    mkdirSync(path, { mode: 0o750 })
    writeFileSync(join(path, 'something'), '')
    openStateFolder(path).release()
    assert.equal(statSync(path).mode & 0o777, 0o750)
  })

  test('has one user at a time', () => {
    const path = join(root, 'shared')
    const first = openStateFolder(path)
    const sentence = `Another server (process ${process.pid}) is using ${path}: stop it, or set LOCAL_STATE_DIR.`
    assert.throws(() => openStateFolder(path), { name: 'StartFailure', message: sentence })
    first.release()
    openStateFolder(path).release()
  })

  test('is not taken for in use because a killed server left its process id there', () => {
    const path = join(root, 'stale')
    mkdirSync(path)
    writeFileSync(join(path, 'server.pid'), `${process.ppid}\n`)
    openStateFolder(path).release()
  })

  test('that other users may write, or own, is refused', (t) => {
    const path = join(root, 'open')
    mkdirSync(path)
    writeFileSync(join(path, 'something'), '')
    chmodSync(path, 0o777)
    const sentence = (reason: string) =>
      `The state folder ${path} cannot be used (${reason}): set LOCAL_STATE_DIR to a folder of your own.`
    assert.throws(() => openStateFolder(path), { name: 'StartFailure', message: sentence('other users may write it') })
    const { getuid } = process
    t.after(() => Object.assign(process, { getuid }))
    process.getuid = () => 4242
    const { uid } = statSync(path)
    assert.throws(() => openStateFolder(path), { message: sentence(`it belongs to another user, id ${uid}`) })
  })

  test('below a file system without folders is refused immediately', () => {
    assert.throws(() => openStateFolder('/proc/x/y'), { name: 'StartFailure', message: /ENOENT/ })
  })

  test('that cannot be made is named', () => {
    writeFileSync(join(root, 'file'), '')
    assert.throws(() => openStateFolder(join(root, 'file/state')), {
      name: 'StartFailure',
      message: /file\/state cannot be used/,
    })
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodePng } from '../../../functions/images/png.ts'
import { keepTemplate } from '../../fixtures/keep-template.ts'
import { service } from '../../fixtures/service-and-browser.ts'
import { caretBehind, openStudio, pictureOf, press, shoot, shown, source, textOf, waitForText } from '../../fixtures/studio.ts'

const { call } = service
const studio = `${service.url}/studio`
const own = await keepTemplate(service.sql, { name: 'Two pages', source })

test('a built-in template can be copied and saved twice with the keyboard alone', async () => {
  const { page, problems, close } = await openStudio(`${studio}#3`)
  await page.focus('#name')
  await page.keyboard.down('Control')
  await page.keyboard.press('a')
  await page.keyboard.up('Control')
  await page.keyboard.type('Our badge')
  await page.focus('#templates a')
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'Saved as version 1.')
  assert.match(await textOf(page, '#summary'), /trial print: 1 page, \d+ KB/)
  await page.waitForSelector('#template-list [aria-current="page"]')
  assert.match(await textOf(page, '#template-list [aria-current="page"]'), /Our badge.*version 1/)
  await caretBehind(page, '<style>')
  await page.keyboard.type('/* ours */')
  await press(page, 's', 'Control')
  // What is typed while it is being saved stays, unsaved.
  await page.keyboard.type('/* late */')
  await waitForText(page, '#saved', 'Saved as version 2.')
  await shoot(page, 'studio-saved')
  assert.match(await textOf(page, '#source'), /ours \*\/\/\* late/)
  await page.focus('#discard')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#unsaved[hidden]')
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'Nothing has changed since version 2.')
  const id = new URL(page.url()).hash.slice(1)
  const { json } = await call('GET', `/api/templates/${id}`)
  assert.deepEqual([json.data.name, json.data.version], ['Our badge', 2])
  assert.match(json.data.source, /<style>\/\* ours \*\//)
  assert.deepEqual(problems, [])
  await close()
})

test('a template that is refused is not saved, and its errors are shown by line', async () => {
  const { page, close } = await openStudio(`${studio}#new`)
  const list = async () => (await call('GET', '/api/templates')).json.data.templates.length
  const before = await list()
  await page.type('#name', 'Refused')
  await caretBehind(page, '<body>')
  await page.keyboard.type('<p onclick="x()">')
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'Not saved')
  await page.waitForSelector('#editor .cm-lint-marker-error')
  assert.equal(await list(), before)
  await close()
})

test('unsaved changes survive a reload, are marked as unsaved, and can be discarded', async () => {
  const { page, close } = await openStudio(`${studio}#1`)
  assert.equal(await page.$eval('#unsaved', (unsaved) => unsaved.hasAttribute('hidden')), true)
  await caretBehind(page, '<title>Ticket')
  await page.keyboard.type('!')
  await page.reload()
  await waitForText(page, '#unsaved', 'unsaved changes')
  assert.match(await textOf(page, '#source'), /<title>Ticket!/)
  await waitForText(page, '#template-list [aria-current="page"]', 'unsaved')
  await page.click('#discard')
  await page.waitForSelector('#unsaved[hidden]')
  assert.equal(await page.evaluate(() => localStorage.length), 0)
  await close()
})

test('a picture that is added can be named, is shown, and is saved with the template', async () => {
  const { page, close } = await openStudio(`${studio}#${own}`)
  const last = await pictureOf(page)
  const png = await encodePng({ width: 8, height: 8 }, Buffer.alloc(16), { palette: Buffer.from('336699ffffff', 'hex') })
  await page.evaluate((content) => {
    const file = new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], 'Our Logo.png', {
      type: 'image/png',
    })
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(file)
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  }, png.toString('base64'))
  await waitForText(page, '#assets', 'our-Logo')
  await caretBehind(page, '<body>')
  await page.keyboard.type('<img alt="Logo" src="">')
  await caretBehind(page, 'alt="Logo" src="')
  await page.click('[aria-label="Insert our-Logo"]')
  await shown(page, last)
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'Saved as version 2.')
  const { json } = await call('GET', `/api/templates/${own}`)
  assert.deepEqual(
    json.data.assets.map(({ name, type }: { name: string; type: string }) => [name, type]),
    [['our-Logo', 'image/png']],
  )
  await close()
})

test('pages are turned, the picture grows, and archived templates are listed as such', async () => {
  const { page, close } = await openStudio(`${studio}#${own}`)
  assert.equal(await textOf(page, '#page'), 'Page 1 of 2')
  let last = await pictureOf(page)
  await page.click('#page-after')
  last = await shown(page, last)
  assert.equal(await textOf(page, '#page'), 'Page 2 of 2')
  await page.select('#zoom', '2')
  await shown(page, last)
  const width = await page.$eval('#picture', (picture) => picture.getBoundingClientRect().width)
  assert.ok(Math.abs(width - 2 * (105 / 25.4) * 96) < 4, `${width} pixels are not twice an A6`)
  // Nothing is written to a disk here: what the file would be saved as is read off the link.
  await page.evaluate(() => {
    HTMLAnchorElement.prototype.click = function () {
      document.body.dataset.saved = this.download
    }
  })
  const pdf = page.waitForResponse((response) => response.headers()['content-type'] === 'application/pdf')
  await page.click('#download')
  assert.equal((await pdf).status(), 200)
  await page.waitForSelector('body[data-saved="Two pages.pdf"]')
  await page.waitForSelector('#download:not([aria-disabled])')
  await page.click('#archive')
  await waitForText(page, '#saved', 'Archived')
  assert.match(await textOf(page, '.archived [aria-current="page"]'), /archived/)
  await page.click('#archive')
  await waitForText(page, '#saved', 'can be used for tickets again')
  await close()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { qrDataUrl } from '../../../../functions/codes/qr-code.ts'
import { findHugePicture } from '../../../../functions/template/check/assets/inline-pictures.ts'
import { compileTemplate } from '../../../../functions/template/compile.ts'

/** Writes the header of a PNG, which says how large it is. */
function png(width: number, height: number): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000080600000000000000', 'hex')
  header.writeUInt32BE(width, 16)
  header.writeUInt32BE(height, 20)
  return header
}

const url = (picture: Buffer) => `data:image/png;base64,${picture.toString('base64')}`
const huge = url(png(20_000, 20_000))
const percent = `data:image/png,${Array.from(png(20_000, 20_000), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`

test('pictures within bounds pass, and so does text that only looks like one', () => {
  for (const html of [
    '<p>data: 12</p>',
    `<img src="${url(png(400, 300))}">`,
    `<img src="${qrDataUrl('TK1:x')}">`,
    'data:,',
    'data:',
  ])
    assert.equal(findHugePicture(html), undefined)
})

const ways = {
  'an attribute': `<img src="${huge}">`,
  'an attribute without quotes': `<img src=${huge}>`,
  'an attribute with entities': `<img src="${huge.replaceAll('=', '&#x3D;').replace(':', '&colon;').replace('/', '&#47;')}">`,
  CSS: `<style>p { background: url(${huge}) }</style>`,
  'quoted CSS': `<style>p { background: url('${huge}') }</style>`,
  'markup after a quote': `<p>"data:, said</p><img src=${huge}><p>"`,
  'another type': `<img src="${huge.replace('image/png', 'Image/X')}">`,
  'percent encoding': `<img src="${percent}">`,
  'many pictures': `<img src="${url(png(2_000, 2_000))}">`.repeat(17),
  'a drawing': `<img src="data:image/svg+xml,<svg width='30000' height='30000'/>">`,
}

for (const [way, html] of Object.entries(ways))
  test(`a picture that is huge when it is decoded is found in ${way}`, () => {
    assert.match(findHugePicture(html) ?? '', /at most (16|64)000000 are allowed/)
  })

test('a guest’s picture is measured when the ticket is filled, an asset of the template is not measured again', () => {
  const template = compileTemplate('<img src="{{photo}}"><img src="{{asset "logo"}}">', { assets: { logo: huge } })
  assert.match(template.fill({ photo: url(png(10, 10)) }), /data:image/)
  assert.throws(() => template.fill({ photo: url(png(9_000, 9_000)) }), /at most 16000000 are allowed/)
})

test('the time grows with the length alone', () => {
  for (const piece of [
    'data:',
    'data:image/png;base64,',
    'data&#',
    'data:&#x3D;',
    '%41data:',
    'data:,%',
    '"data:,<, and more of what looks like a long URL ',
  ])
    for (const html of [piece.repeat(2_000_000 / piece.length), `"${piece}"`.repeat(2_000_000 / piece.length)]) {
      const start = performance.now()
      findHugePicture(html)
      assert.ok(performance.now() - start < 3_000, `${piece}: ${performance.now() - start} ms`)
    }
})

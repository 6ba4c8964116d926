import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { launchBrowser } from '../../functions/print/chromium/browser.ts'
import { openPrinter } from '../../functions/print/printer.ts'
import { compileTemplate } from '../../functions/template/compile.ts'
import { hostileMarkup } from '../fixtures/hostile-markup.ts'
import { ownTemporaryFolder, printerOptions, readText, ticket } from '../fixtures/printing.ts'

const temporary = ownTemporaryFolder()
const secretFile = path.join(temporary, 'secret.txt')
const secret = 'the content of a file'
const seen: string[] = []
const server = createServer((socket) => {
  seen.push('TCP connection')
  socket.on('error', () => undefined)
  socket.once('data', (data) => {
    seen.push(`TCP ${data.toString('latin1').split('\r\n')[0]}`)
    socket.end('HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  })
})
const datagrams = createSocket('udp4', () => seen.push('UDP'))
let vectors: Record<string, string> = {}

before(async () => {
  writeFileSync(secretFile, secret)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  datagrams.bind(port, '127.0.0.1')
  await once(datagrams, 'listening')
  vectors = hostileMarkup(`127.0.0.1:${port}`, secretFile)
})
beforeEach(() => {
  seen.length = 0
})
after(() => {
  server.close()
  datagrams.close()
})

function page(body: string): string {
  return `<!doctype html><html><head><meta charset="utf-8"><title>x</title></head><body>${body}</body></html>`
}

test('the canary notices TCP and UDP', async () => {
  const { port } = server.address() as AddressInfo
  await (await fetch(`http://127.0.0.1:${port}/control`)).text()
  const noticed = once(datagrams, 'message')
  const socket = createSocket('udp4')
  socket.send('x', port, '127.0.0.1', () => socket.close())
  await noticed
  assert(seen.includes('TCP GET /control HTTP/1.1') && seen.includes('UDP'), seen.join())
})

for (const processes of ['multi', 'single'] as const)
  describe(`Chromium as ${processes === 'multi' ? 'several processes' : 'one process'}`, () => {
    const printer = openPrinter({ ...printerOptions, processes })
    after(() => printer.close())

    test('a hostile template reaches nothing and reads no file', async () => {
      for (const [name, markup] of Object.entries(vectors)) {
        // Declared to be the same as alone, so that printing need not compare.
        const inHead = { ...ticket(''), html: page('').replace('</head>', `${markup}</head>`), pixelTrue: true }
        const [printed] = await printer.print([{ ...ticket(''), html: page(markup) }], 10_000)
        await printer.print([inHead, inHead], 10_000)
        await printer.print([{ ...ticket(''), html: markup }], 10_000)
        if (name.includes('file')) assert(!(await readText(printed?.pdf ?? new Uint8Array())).includes(secret), name)
      }
      await printer.probe()
      assert.deepEqual(seen, [])
    })

    test('hostile text of a guest reaches nothing, and is printed as it was written', async () => {
      const template = compileTemplate(page('<h1 title="{{name}}">{{name}}</h1>'))
      const tickets = Object.values(vectors).map((name) => ({ ...ticket(''), html: template.fill({ name }) }))
      const printed = await printer.print(tickets, 20_000)
      const first = await readText(printed[0]?.pdf ?? new Uint8Array())
      assert.equal(first.replace(/\s/g, ''), vectors.image?.replace(/\s/g, ''))
      assert.deepEqual(seen, [])
    })

    test('the browser stays isolated even with unfiltered markup', async () => {
      const browser = await launchBrowser(printerOptions, { processes })
      try {
        for (const [name, markup] of Object.entries(vectors)) {
          await browser.page
            .setContent(page(markup), { timeout: 3_000 })
            .catch((error: Error) => assert.match(error.message, /./, name))
          const text = await browser.page.evaluate(() => document.documentElement?.textContent ?? '').catch(() => '')
          assert(!text.includes(secret), name)
          await browser.session.send('Page.printToPDF', {}).catch(() => undefined)
        }
        assert.deepEqual(seen, [])
      } finally {
        await browser.kill()
      }
    })
  })

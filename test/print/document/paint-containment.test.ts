import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TicketDocument } from '../../../functions/print/printer.ts'
import { printer } from '../../fixtures/printer.ts'
import { drawPage, ticket } from '../../fixtures/printing.ts'

const page = { width: '148mm', height: '210mm' }

/**
 * Every way for a box to paint `far` beyond itself: towards the next ticket if positive, else towards the
 * previous one.
 */
const declarations: Record<string, (far: string) => string> = {
  'position: absolute': (far) => `position: absolute; top: ${far}; left: 0; width: ${page.width}; height: ${page.height}`,
  'position: absolute, from the bottom': (far) =>
    `position: absolute; bottom: calc(-1 * ${far}); left: 0; width: 99mm; height: 150mm`,
  'position: fixed': (far) => `position: fixed; top: ${far}; left: 0; width: ${page.width}; height: ${page.height}`,
  'position: relative': (far) => `position: relative; top: ${far}; height: 99mm`,
  'position: sticky': (far) => `position: sticky; top: ${far}; height: 99mm`,
  inset: (far) => `position: absolute; inset: ${far} 0 auto 0; height: 150mm`,
  'margin-top': (far) => `margin-top: ${far}; height: 99mm`,
  transform: (far) => `transform: translateY(${far}); height: 99mm`,
  'transform: scale': () => 'transform: scale(20)',
  'transform: rotate': () => 'transform: rotate(90deg); transform-origin: 0 0; width: 400mm; height: 200mm',
  translate: (far) => `translate: 0 ${far}; height: 99mm`,
  scale: () => 'scale: 30',
  rotate: () => 'rotate: 180deg; transform-origin: 0 0; height: 200mm',
  'offset-path': (far) => `offset-path: path("M0 0V${far.startsWith('-') ? -700 : 700}"); offset-distance: 100%; height: 99mm`,
  'box-shadow': (far) => `box-shadow: 0 ${far} 0 60mm #f0f`,
  'text-shadow': (far) => `text-shadow: 0 ${far} #f0f; font-size: 99mm; color: #f0f`,
  filter: (far) => `filter: drop-shadow(0 ${far} 0 #f0f); height: 99mm`,
  outline: () => 'outline: 150mm solid #f0f',
  'outline-offset': (far) => `outline: 9mm solid #f0f; outline-offset: ${far.replace('-', '')}`,
  'border-image': () => 'border: 1px solid; border-image: linear-gradient(#f0f, #f0f) 1 / 1 / 150mm',
  'clip-path': (far) => `clip-path: inset(${far} -99mm); position: relative; top: ${far}; height: 99mm`,
  float: (far) => `float: left; margin-top: ${far}; height: 99mm`,
  'line-height': () => 'line-height: 0; font-size: 300mm; color: #f0f',
  'vertical-align': (far) => `display: inline-block; vertical-align: ${far}; height: 99mm; width: 99mm`,
  'z-index': (far) => `position: absolute; z-index: 999; top: ${far}; height: 99mm; width: 99mm`,
  columns: (far) => `columns: 2; height: 20mm; position: relative; top: ${far}`,
  'writing-mode': (far) => `writing-mode: vertical-rl; position: relative; top: ${far}; height: 99mm`,
  zoom: () => 'zoom: 40',
}

const style = `@page { size: ${page.width} ${page.height}; margin: 0 } body { margin: 8mm }`

function layOut(declared: string): TicketDocument[] {
  const wild = `<p style="background: #f0f; ${declared.replaceAll('"', '&quot;')}">MMM</p>`
  return [1, 2, 3].map((guest) => ticket(`<h1>Guest ${guest}</h1>${guest === 2 ? wild : ''}<p>text</p>`, style))
}

for (const [name, declare] of Object.entries(declarations)) {
  test(`no ticket is painted over by its neighbour’s ${name}`, async () => {
    for (const far of [`-${page.height}`, page.height, '-105mm', '105mm']) {
      const documents = layOut(declare(far))
      const printed = await printer.print(documents, 20_000)
      for (const index of [0, 2]) {
        const [alone] = await printer.print(documents.slice(index, index + 1), 20_000)
        const [seen, expected] = [printed[index]?.pdf, alone?.pdf].map((pdf) => drawPage(pdf ?? new Uint8Array(), 1, 30))
        assert((await seen)?.equals((await expected) ?? Buffer.alloc(0)), `guest ${index + 1}, ${far}`)
      }
    }
  })
}

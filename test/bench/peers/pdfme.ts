import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BLANK_A4_PDF, type Schema, type Template } from '@pdfme/common'
import { generate } from '@pdfme/generator'
import { barcodes, text } from '@pdfme/schemas'
import type { OpenEngine } from '../render/engine.ts'

const line = (name: string, y: number, style: { fontSize: number; height: number; fontName?: string }): Schema => ({
  name,
  type: 'text',
  position: { x: 20, y },
  width: 170,
  fontName: 'regular',
  ...style,
})

const template: Template = {
  basePdf: BLANK_A4_PDF,
  schemas: [
    [
      line('eventName', 25, { fontSize: 33, height: 16, fontName: 'bold' }),
      line('when', 45, { fontSize: 12, height: 8 }),
      line('name', 70, { fontSize: 25, height: 12, fontName: 'bold' }),
      line('email', 86, { fontSize: 11, height: 7 }),
      line('ticketType', 95, { fontSize: 11, height: 7, fontName: 'bold' }),
      { name: 'qrPayload', type: 'qrcode', position: { x: 65, y: 130 }, width: 80, height: 80 },
      line('ticketCode', 215, { fontSize: 14, height: 8, fontName: 'bold' }),
      line('generatedAt', 275, { fontSize: 8, height: 6 }),
    ],
  ],
}

/** Opens pdfme with an equivalent layout. */
export const open: OpenEngine = async ({ fontFolder }) => {
  const font = {
    regular: { data: await readFile(join(fontFolder, 'Inter-Regular.ttf')), fallback: true },
    bold: { data: await readFile(join(fontFolder, 'Inter-Bold.ttf')) },
  }
  const plugins = { text, qrcode: barcodes.qrcode }
  return {
    print: async (tickets) => {
      const pdfs: Uint8Array[] = []
      for (const ticket of tickets) {
        const input = {
          ...ticket,
          when: `${ticket.eventDate} – ${ticket.location}`,
          name: `${ticket.firstName} ${ticket.lastName}`,
        }
        pdfs.push(await generate({ template, inputs: [input], plugins, options: { font } }))
      }
      return pdfs
    },
    close: async () => undefined,
  }
}

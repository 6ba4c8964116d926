import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { qrSvg } from '../../../functions/codes/qr-code.ts'
import type { OpenEngine } from '../render/engine.ts'

const mainFileContent = `
#let t = sys.inputs
#set page(paper: "a4", margin: 20mm)
#set text(font: "Inter", size: 11pt)
#set document(title: t.ticketCode)
#block(text(size: 33pt, weight: "bold", t.eventName))
#text(size: 12pt)[#t.eventDate – #t.location]
#v(10mm)
#block(text(size: 25pt, weight: "bold", t.firstName + " " + t.lastName))
#t.email \\
#strong(t.ticketType)
#v(20mm)
#align(center)[
  #image(bytes(t.qrCode), format: "svg", width: 68mm)
  #text(size: 14pt, weight: "bold", t.ticketCode)
]
#v(1fr)
#text(size: 8pt)[Generated #t.generatedAt]
`

// Typst remembers what it laid out; what was not used in the last few tickets is let go.
const rememberedTickets = 10

/** Opens Typst with an equivalent layout; each ticket is one compilation. */
export const open: OpenEngine = async ({ fontFolder }) => {
  const compiler = NodeCompiler.create({ fontArgs: [{ fontPaths: [fontFolder] }] })
  return {
    print: async (tickets) =>
      tickets.map(({ qrPayload, ...ticket }) => {
        const pdf = compiler.pdf({ mainFileContent, inputs: { ...ticket, qrCode: qrSvg(qrPayload) } })
        compiler.evictCache(rememberedTickets)
        return pdf
      }),
    close: async () => undefined,
  }
}

import * as z from 'zod'
import { routes } from '../../functions/contract/routes/routes.ts'
import { pathId } from '../../functions/contract/schemas/values.ts'
import { checkFilePath, writeAtomically } from './atomic-file.ts'
import { exitCodes } from './failures.ts'
import type { Work } from './session.ts'

const generateInput = z.object({
  event: pathId,
  guest: pathId,
  template: pathId.optional(),
  out: z.string().min(1, 'must name a file').optional(),
})

/** Generates one ticket, and with --out saves its PDF. Idempotent. */
export const generateTicket: Work<typeof generateInput> = {
  input: generateInput,
  run: async ({ service }, { event, guest, template, out }) => {
    if (out !== undefined) await checkFilePath('--out', out)
    const body = { eventId: event, guestId: guest, ...(template === undefined ? {} : { templateId: template }) }
    const ticket = await service.call(routes['generate-ticket'], { body })
    const pdf = out === undefined ? undefined : await service.fetchPdf(ticket.pdfUrl)
    if (out !== undefined && pdf) await writeAtomically(out, pdf)
    return {
      lines: [`${ticket.ticketCode} ${out === undefined ? `is at ${ticket.pdfUrl}` : `is saved in ${out}.`}`],
      data: { ...ticket, file: out },
      exitCode: exitCodes.done,
    }
  },
}

import * as z from 'zod'
import { routes } from '../../functions/contract/routes.ts'
import { pathId } from '../../functions/contract/values.ts'
import { exitCodes } from './failures.ts'
import { savePdf } from './pdf-folder.ts'
import type { Work } from './session.ts'

const generateInput = z.object({ event: pathId, guest: pathId, template: pathId.optional(), out: z.string().optional() })

/** Generates one ticket now, and saves its PDF where that is wanted. Repeating it gives the same ticket. */
export const generateTicket: Work<typeof generateInput> = {
  input: generateInput,
  run: async ({ service }, { event, guest, template, out }) => {
    const body = { eventId: event, guestId: guest, ...(template === undefined ? {} : { templateId: template }) }
    const ticket = await service.call(routes['generate-ticket'], { body })
    if (out !== undefined) await savePdf(service, ticket.pdfUrl, out)
    return {
      text: `${ticket.ticketCode} ${out === undefined ? `is at ${ticket.pdfUrl}` : `is saved in ${out}.`}`,
      data: { ...ticket, file: out },
      exitCode: exitCodes.done,
    }
  },
}

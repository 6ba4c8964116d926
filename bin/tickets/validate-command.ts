import * as z from 'zod'
import { routes } from '../../functions/contract/routes.ts'
import { exitCodes } from './failures.ts'
import type { Work } from './session.ts'

const validateInput = z.object({ code: z.string().min(1, 'must be a ticket code or the text of a QR code') })

/** Tells whether a ticket code, or the text of a QR code, is good. Nobody is checked in. */
export const validateTicket: Work<typeof validateInput> = {
  input: validateInput,
  run: async ({ service }, { code }) => {
    const isPayload = /^(TK1:|\s*\{)/i.test(code)
    const verdict = await service.call(routes['validate-ticket'], { body: isPayload ? { qr: code } : { code } })
    const { valid, reason, ticket, guest, event } = verdict
    const text = valid
      ? `Good: ${ticket?.ticketCode}, ${guest?.firstName} ${guest?.lastName}, ${event?.title}`
      : `Not good: ${reason}${ticket ? ` (${ticket.ticketCode})` : ''}`
    return { text, data: verdict, exitCode: valid ? exitCodes.done : exitCodes.incomplete }
  },
}

import * as z from 'zod'
import { isQrPayload } from '../../functions/contract/qr-payload.ts'
import { pathId } from '../../functions/contract/schemas/values.ts'
import type { Core } from '../client/core-client.ts'
import { checkFilePath, writeAtomically } from './atomic-file.ts'
import type { Work } from './command.ts'
import { exitCodes } from './failures.ts'
import { fetchPdf } from './pdf-folder.ts'

const generateInput = z.object({
  event: pathId,
  guest: pathId,
  template: pathId.optional(),
  out: z.string().min(1, 'must name a file').optional(),
})

/** Generates one ticket, and with --out saves its PDF. Idempotent. */
export const generateTicket: Work<typeof generateInput> = {
  input: generateInput,
  run: async ({ core }, { event, guest, template, out }) => {
    if (out !== undefined) await checkFilePath('--out', out)
    const { data: ticket } = await core.generate_ticket({ body: { eventId: event, guestId: guest, templateId: template } })
    const pdf = out === undefined ? undefined : await fetchPdf(core, ticket.pdfUrl)
    if (out !== undefined && pdf) await writeAtomically(out, pdf)
    return {
      lines: [`${ticket.ticketCode} ${out === undefined ? `is at ${ticket.pdfUrl}` : `is saved in ${out}.`}`],
      data: { ...ticket, file: out },
      exitCode: exitCodes.done,
    }
  },
}

const validateInput = z.object({ code: z.string().trim().min(1, 'must be a ticket code or the text of a QR code') })

/** Explanations of the service's reasons, for people at a door. */
export const reasonMeanings: Record<string, string> = {
  unknown: 'no ticket has this code',
  bad_signature: 'the signature is wrong: this service did not make the QR code',
  unknown_key: 'the QR code is signed with an unknown or retired key',
  expired: 'the ticket has expired',
  revoked: 'the ticket was revoked',
  superseded: 'the ticket was reissued: only its new code is valid',
  checked_in: 'the ticket was already used to enter',
  malformed:
    'this is neither a ticket code (TC-<year>-<12 letters and digits>) nor the whole text of a QR code; look for missing or extra characters',
  not_yet_valid: 'the ticket is not valid yet',
  not_inside: 'the ticket cannot be used to leave, because it was not used to enter',
}

/** Checks whether a ticket code, or the text of a QR code, is valid. Nobody is checked in. */
export const validateTicket: Work<typeof validateInput> = {
  input: validateInput,
  run: async ({ core }, { code }) => {
    const { data: verdict } = await core.validate_ticket({ body: isQrPayload(code.toUpperCase()) ? { qr: code } : { code } })
    const { valid, reason, ticket, guest, event, checkedIn } = verdict
    const text = valid
      ? `Valid: ${ticket?.ticketCode}, ${guest?.firstName} ${guest?.lastName}, ${event?.title}`
      : `Not valid (${reason}): ${reasonMeanings[reason ?? ''] ?? 'no further explanation'}${describeEntry(ticket, checkedIn)}.`
    return { lines: [text], data: verdict, exitCode: valid ? exitCodes.done : exitCodes.incomplete }
  },
}

type Verdict = Awaited<ReturnType<Core['validate_ticket']>>['data']

function describeEntry(ticket: Verdict['ticket'], checkedIn: Verdict['checkedIn']): string {
  const entry = checkedIn && `at ${checkedIn.at}${checkedIn.gate ? `, ${checkedIn.gate}` : ''}`
  return ticket ? ` (${[ticket.ticketCode, entry].filter(Boolean).join(', ')})` : ''
}

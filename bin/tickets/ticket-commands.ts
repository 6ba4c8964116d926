import * as z from 'zod'
import { isQrPayload } from '../../functions/contract/qr-payload.ts'
import { pathId } from '../../functions/contract/schemas/values.ts'
import type { Core } from '../client/core-client.ts'
import { checkFilePath, writeAtomically } from './atomic-file.ts'
import { defineCommand } from './command.ts'
import { exitCodes } from './failures.ts'
import { eventOption, flag, option, pathOption, templateOption } from './options.ts'
import { fetchPdf } from './pdf-folder.ts'
import { done } from './report.ts'

/** Generates one ticket, and with --out saves its PDF. Idempotent. */
export const generateTicket = defineCommand({
  usage: 'generate',
  description: 'Generate one ticket now, for a registered guest.',
  examples: ['generate --event 456 --guest 123', 'generate --event 456 --guest 123 --out ticket.pdf'],
  fields: {
    event: eventOption,
    guest: option(pathId, '<id>', 'id of a guest registered for the event'),
    template: templateOption,
    out: pathOption('file', 'save the PDF in this file'),
  },
  run: async ({ core }, { event, guest, template, out }) => {
    if (out !== undefined) await checkFilePath('--out', out)
    const { data: ticket } = await core.generate_ticket({ body: { eventId: event, guestId: guest, templateId: template } })
    const pdf = out === undefined ? undefined : await fetchPdf(core, ticket.pdfUrl)
    if (out !== undefined && pdf) await writeAtomically(out, pdf)
    const where = out === undefined ? `is at ${ticket.pdfUrl}` : `is saved in ${out}.`
    return done([`${ticket.ticketCode} ${where}`], { ...ticket, file: out })
  },
})

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
export const validateTicket = defineCommand({
  usage: 'validate <code>',
  description: 'Check a ticket code, or the text of a QR code. Nobody is checked in.',
  examples: ['validate TC-2026-7ZK3M9QX4T2B', "validate 'TK1:…'   (the text that a scanner reads from the QR code)"],
  fields: { code: z.string().trim().min(1, 'must be a ticket code or the text of a QR code') },
  run: async ({ core }, { code }) => {
    const { data: verdict } = await core.validate_ticket({ body: isQrPayload(code.toUpperCase()) ? { qr: code } : { code } })
    const { valid, reason, ticket, guest, event, checkedIn } = verdict
    const text = valid
      ? `Valid: ${ticket?.ticketCode}, ${guest?.firstName} ${guest?.lastName}, ${event?.title}`
      : `Not valid (${reason}): ${reasonMeanings[reason ?? ''] ?? 'no further explanation'}${describeEntry(ticket, checkedIn)}.`
    return { lines: [text], data: verdict, exitCode: valid ? exitCodes.done : exitCodes.incomplete }
  },
})

type Verdict = Awaited<ReturnType<Core['validate_ticket']>>['data']

function describeEntry(ticket: Verdict['ticket'], checkedIn: Verdict['checkedIn']): string {
  const entry = checkedIn && `at ${checkedIn.at}${checkedIn.gate ? `, ${checkedIn.gate}` : ''}`
  return ticket ? ` (${[ticket.ticketCode, entry].filter(Boolean).join(', ')})` : ''
}

/** Revokes a ticket. Idempotent. */
export const revokeTicket = defineCommand({
  usage: 'revoke <ticketId>',
  description: 'Revoke a ticket for good: its code admits nobody any more.',
  examples: ['revoke 789'],
  fields: { ticketId: pathId },
  run: async ({ core }, { ticketId }) => {
    const { data } = await core.revoke_ticket({ path: { ticketId } })
    return done([`${data.ticketCode} is revoked: it admits nobody any more.`], data)
  },
})

/** Replaces a ticket by one with a new code. */
export const reissueTicket = defineCommand({
  usage: 'reissue <ticketId>',
  description: 'Replace a ticket by one with a new code; the former code admits nobody any more.',
  examples: ['reissue 789'],
  fields: { ticketId: pathId },
  run: async ({ core }, { ticketId }) => {
    const { data } = await core.reissue_ticket({ path: { ticketId } })
    return done([`${data.ticketCode} (ticket ${data.ticketId}) replaces ticket ${ticketId}: ${data.pdfUrl}`], data)
  },
})

/** Checks a ticket in, or with --out out; --undo takes that back. */
export const checkInTicket = defineCommand({
  usage: 'check-in <ticketId>',
  description: 'Check a ticket in, or out.',
  examples: ['check-in 789 --gate North', 'check-in 789 --out', 'check-in 789 --undo'],
  fields: {
    ticketId: pathId,
    gate: option(z.string().optional(), '<gate>', 'the gate, for the record'),
    device: option(z.string().optional(), '<device>', 'the device, for the record'),
    out: flag('the guest leaves'),
    undo: flag('take the last one back'),
  },
  run: async ({ core }, { ticketId, gate, device, undo, out }) => {
    const body = { gate, device, undo, direction: out ? 'out' : 'in' } as const
    const { data } = await core.check_in_ticket({ path: { ticketId }, body })
    const what = out ? 'checked out' : 'checked in'
    return done([`${data.ticketCode} is ${undo ? `not ${what} any more` : what}.`], data)
  },
})

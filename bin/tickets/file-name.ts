/**
 * The facts that name a ticket's file. `position` counts from 1 in the order of the batch's request, which
 * has `total` tickets.
 */
export interface FileSubject {
  position: number
  total: number
  guestId: number
  firstName: string | null
  lastName: string | null
  ticketCode: string
}

const fewestDigits = 4
// Two names of this size, number, code and the suffix of an unfinished file stay below the 255 bytes of any
// file system.
const mostNameBytes = 90
const notForNames = /[^\p{L}\p{M}\p{N}]+/gu
const invisible = /\p{Default_Ignorable_Code_Point}/gu
const fileOfCode = /(?:^|-)(TC-\d{4}-[0-9A-HJKMNP-TV-Z]{12})\.pdf$/

/**
 * Names a ticket's file: `0001-Lovelace-Ada-TC-2026-7ZK3M9QX4T2B.pdf`. The same facts make the same name on
 * every machine. Letters and digits of all scripts are kept in NFC, and all else becomes "-", so that no
 * path, wildcard, device name or blank end of Windows can come about.
 */
export function ticketFileName({ position, total, guestId, firstName, lastName, ticketCode }: FileSubject): string {
  const number = String(position).padStart(Math.max(fewestDigits, String(total).length), '0')
  const names = [lastName, firstName].map(fileNamePart).filter(Boolean)
  return [number, ...(names.length > 0 ? names : [`guest-${guestId}`]), `${ticketCode}.pdf`].join('-')
}

/** Reads the ticket code out of the name of a ticket's file; undefined for other files. */
export function codeOfFile(name: string): string | undefined {
  return fileOfCode.exec(name)?.[1]
}

function fileNamePart(name: string | null): string {
  const plain = (name ?? '').normalize('NFC').replace(invisible, '').replace(notForNames, '-')
  return cutToBytes(plain.replace(/^-|-$/g, '')).replace(/-$/, '')
}

/** Cuts between characters as a reader sees them, so that no letter loses its marks. */
function cutToBytes(text: string): string {
  let bytes = 0
  let cut = ''
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    bytes += Buffer.byteLength(segment)
    if (bytes > mostNameBytes) return cut
    cut += segment
  }
  return cut
}

/** The parts of a ticket's file name. `position` is one-based in the order of a batch of `total` tickets. */
export interface FileSubject {
  position: number
  total: number
  guestId: number
  firstName: string | null
  lastName: string | null
  ticketCode: string
}

const minDigits = 4
// Two names of this size, the number, the code and the suffix of a partial file fit into 255 bytes, the limit
// of all common file systems.
const maxNameBytes = 90
const notForNames = /[^\p{L}\p{M}\p{N}]+/gu
const invisible = /\p{Default_Ignorable_Code_Point}/gu
const fileOfCode = /(?:^|-)(TC-\d{4}-[0-9A-HJKMNP-TV-Z]{12})\.pdf$/

/**
 * Builds the file name of a ticket: `0001-Lovelace-Ada-TC-2026-7ZK3M9QX4T2B.pdf`. Deterministic on every
 * machine. Letters and digits of all scripts are kept in NFC and everything else becomes "-", which excludes
 * paths, wildcards, and the device names and trailing blanks that Windows rejects.
 */
export function ticketFileName({ position, total, guestId, firstName, lastName, ticketCode }: FileSubject): string {
  const number = String(position).padStart(Math.max(minDigits, String(total).length), '0')
  const names = [lastName, firstName].map(fileNamePart).filter(Boolean)
  return [number, ...(names.length > 0 ? names : [`guest-${guestId}`]), `${ticketCode}.pdf`].join('-')
}

/** Extracts the ticket code from a file name; undefined for other files. */
export function codeOfFile(name: string): string | undefined {
  return fileOfCode.exec(name)?.[1]
}

function fileNamePart(name: string | null): string {
  const plain = (name ?? '').normalize('NFC').replace(invisible, '').replace(notForNames, '-')
  return truncateToBytes(plain.replace(/^-|-$/g, '')).replace(/-$/, '')
}

/** Truncates between grapheme clusters, so that no letter loses its marks. */
function truncateToBytes(text: string): string {
  let bytes = 0
  let cut = ''
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    bytes += Buffer.byteLength(segment)
    if (bytes > maxNameBytes) return cut
    cut += segment
  }
  return cut
}

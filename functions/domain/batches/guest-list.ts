import { isUtf8 } from 'node:buffer'
import { createHash, randomUUID } from 'node:crypto'
import type * as z from 'zod'
import { type FieldProblem, mostListedProblems } from '../../contract/errors.ts'
import { fieldProblems } from '../../contract/field-problems.ts'
import { guestListTimes } from '../../contract/retries.ts'
import { batchGuest, uploadedList } from '../../contract/schemas/requests.ts'
import { parseStrictly } from '../../contract/strict-json.ts'
import { ValidationError } from '../../errors.ts'
import type { Clients } from '../clients.ts'
import { GuestListNotFoundError, GuestListTooLargeError } from '../errors.ts'
import type { GuestData } from '../guests/ticket-subject.ts'

const { mostGuests, mostBytes, type } = uploadedList
const { uploadSeconds, lifetimeDays } = guestListTimes
const lifetimeMs = lifetimeDays * 24 * 60 * 60 * 1000

// Bounds the memory, whatever the size of the list.
const sliceBytes = 1024 * 1024
// A guest's data has at most 16,384 characters, each of up to six bytes where it is escaped.
const mostLineBytes = 128 * 1024
const newline = 10

/**
 * The guests of a batch: the content that a repeated request must match, and their data by id, in disjoint
 * slices.
 */
export interface BatchGuests {
  content: unknown
  readSlices(): Iterable<Map<number, GuestData>> | AsyncIterable<Map<number, GuestData>>
}

/** Creates the URL for uploading a guest list of an event. */
export async function createGuestList({ storage }: Clients<'storage'>, eventId: number) {
  const guestListId = randomUUID()
  const expiresAt = new Date(Date.now() + uploadSeconds * 1000).toISOString()
  const uploadUrl = await storage.presignUpload(keyOf(eventId, guestListId), { type, expiresSeconds: uploadSeconds })
  return { guestListId, uploadUrl, headers: { 'content-type': type }, expiresAt, maximumBytes: mostBytes }
}

/**
 * Opens an uploaded guest list. Its content is compared byte by byte: the same lines in another order are
 * another list. Of several lines for a guest, the first counts.
 * @throws GuestListNotFoundError or GuestListTooLargeError; reading throws ValidationError with the bad
 * lines.
 */
export async function openGuestList(
  { storage }: Clients<'storage'>,
  { eventId, guestListId }: { eventId: number; guestListId: string },
): Promise<BatchGuests> {
  const upload = await storage.findUpload(keyOf(eventId, guestListId))
  if (!upload || Date.now() - upload.uploadedAt.getTime() > lifetimeMs) throw new GuestListNotFoundError(eventId, guestListId)
  if (upload.bytes > mostBytes) throw new GuestListTooLargeError(upload.bytes, mostBytes)
  const hash = createHash('sha256')
  for await (const part of storage.readUpload(upload)) hash.update(part)
  return { content: hash.digest('hex'), readSlices: () => readSlices(storage.readUpload(upload)) }
}

function keyOf(eventId: number, guestListId: string): string {
  return `uploads/${eventId}/${guestListId}`
}

async function* readSlices(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Map<number, GuestData>> {
  const problems: FieldProblem[] = []
  const known = new Set<number>()
  let lineNumber = 0
  for await (const lines of splitLines(parts)) {
    const slice = new Map<number, GuestData>()
    for (const line of lines) {
      lineNumber += 1
      const { guest, problems: found = [] } = parseLine(line)
      for (const { path, problem } of found)
        problems.push({ path: path === 'body' ? `line ${lineNumber}` : `line ${lineNumber}, ${path}`, problem })
      // The lines after one that was cut cannot be numbered.
      if (problems.length >= mostListedProblems || line.length > mostLineBytes) throw invalid(problems)
      if (guest && !known.has(guest.guestId)) slice.set(guest.guestId, guest.data ?? {})
      if (guest) known.add(guest.guestId)
    }
    if (known.size > mostGuests) throw invalid([{ path: 'guestListId', problem: `must list at most ${mostGuests} guests` }])
    if (problems.length === 0) yield slice
  }
  if (problems.length > 0) throw invalid(problems)
  if (known.size === 0) throw invalid([{ path: 'guestListId', problem: 'must list at least one guest' }])
}

function invalid(problems: FieldProblem[]): ValidationError {
  const which = problems.length < mostListedProblems ? 'see details' : `details lists its first ${mostListedProblems} problems`
  return new ValidationError(`The guest list is not valid; ${which}.`, problems.slice(0, mostListedProblems))
}

/** Parses a line as an entry of `guests`. An empty line has no guest. */
function parseLine(line: Buffer): { guest?: z.output<typeof batchGuest>; problems?: FieldProblem[] } {
  const wrong = (problem: string) => ({ problems: [{ path: 'body', problem }] })
  if (line.length > mostLineBytes) return wrong(`must be at most ${mostLineBytes} bytes`)
  if (!isUtf8(line)) return wrong('must be UTF-8')
  // `trim` also removes a byte order mark.
  const text = line.toString().trim()
  if (text === '') return {}
  const json = parseStrictly(text)
  if (!('value' in json)) return wrong(json.problem)
  const { data, error } = batchGuest.safeParse(json.value, { reportInput: true })
  return data ? { guest: data } : { problems: fieldProblems(error.issues) }
}

/** Splits a list into lines, one slice at a time. A line larger than a slice is cut. */
async function* splitLines(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Iterable<Buffer>> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  for await (const part of parts) {
    waiting.push(part)
    bytes += part.length
    if (bytes < sliceBytes) continue
    const block = Buffer.concat(waiting)
    const end = block.lastIndexOf(newline) + 1 || block.length
    yield linesIn(block.subarray(0, end))
    waiting = [block.subarray(end)]
    bytes = block.length - end
  }
  yield linesIn(Buffer.concat(waiting))
}

function* linesIn(block: Buffer): Generator<Buffer> {
  for (let from = 0, to = 0; from < block.length; from = to + 1) {
    const found = block.indexOf(newline, from)
    to = found < 0 ? block.length : found
    yield block.subarray(from, to)
  }
}

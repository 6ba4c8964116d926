/** An error code's HTTP status, when it happens, and the seconds after which to retry. */
export interface ErrorDescription {
  status: number
  when: string
  retryAfterSeconds?: number
}

const error = (status: number, when: string, retryAfterSeconds?: number): ErrorDescription => ({
  ...{ status, when },
  ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
})

/**
 * All error codes of the service. A code never changes its meaning; statuses follow RFC 9110. `details` lists
 * `{ path, problem }`, and is empty where the message is enough.
 */
export const errorCodes = {
  VALIDATION_FAILED: error(400, 'The body or a parameter is invalid; details lists every invalid field.'),
  PASS_TOKEN_WRONG: error(401, 'The call of a wallet does not carry the token of the pass.'),
  FORBIDDEN: error(
    403,
    'The caller is not allowed or the request is not SigV4-signed, the signature of a guest link is missing or wrong, or a door pass does not cover this.',
  ),
  TICKET_NOT_FOUND: error(404, 'No ticket has this id, or it has not been generated yet.'),
  BATCH_NOT_FOUND: error(404, 'No batch has this id.'),
  GUEST_NOT_FOUND: error(404, 'No guest with this id is registered for the event; in a batch, that ticket alone fails.'),
  EVENT_NOT_FOUND: error(404, 'No event with this id was registered.'),
  GUEST_LIST_NOT_FOUND: error(
    404,
    'No guest list with this id is stored for the event: it was not uploaded, or more than a day ago.',
  ),
  DOOR_NOT_FOUND: error(404, 'The event has no door with this id.'),
  KEY_NOT_FOUND: error(404, 'No signing key has this id.'),
  TEMPLATE_NOT_FOUND: error(404, 'No template has this id, or not this version.'),
  FORMAT_NOT_AVAILABLE: error(
    404,
    'The ticket is not available in this format: the wallet is not configured, or the event has no start time for a calendar.',
  ),
  ROUTE_NOT_FOUND: error(404, 'The path is unknown.'),
  METHOD_NOT_ALLOWED: error(405, 'The path does not allow this method; the header `Allow` lists those it does.'),
  BATCH_CONFLICT: error(409, 'A batch with this id and different content exists.'),
  BATCH_EMPTY: error(409, 'No ticket of the batch was generated, or all were revoked: there is nothing to download.'),
  ALREADY_CHECKED_IN: error(
    409,
    'The ticket was checked in before; details gives checkedInAt, gate and device, as far as they are known.',
  ),
  TICKET_EXPIRED: error(409, 'The ticket has expired.'),
  TICKET_NOT_YET_VALID: error(409, 'The ticket is not valid yet; the message says from when it is.'),
  NOT_INSIDE: error(409, 'The guest is not inside: an exit needs an entry before it.'),
  KEY_IN_USE: error(409, 'The signing key is not retired, so its tickets are still valid.'),
  TEMPLATE_ARCHIVED: error(409, 'The template is archived: it takes neither new tickets nor new versions.'),
  TEMPLATE_BUILT_IN: error(409, 'The template comes with the service and changes with it; add one of your own.'),
  TICKET_REVOKED: error(409, 'The ticket was revoked or superseded; the message names the ticket that replaces it.'),
  IDEMPOTENCY_KEY_REUSED: error(409, 'The Idempotency-Key was sent before with another request; use a new one.'),
  IDEMPOTENCY_KEY_IN_USE: error(409, 'The first request with this Idempotency-Key is still being answered. Ask again.', 2),
  LINK_EXPIRED: error(410, 'The guest link has expired, or its ticket was revoked or superseded.'),
  PAYLOAD_TOO_LARGE: error(413, 'The body or the uploaded guest list is too large.'),
  UNSUPPORTED_MEDIA_TYPE: error(415, 'The body is not JSON in UTF-8.'),
  MISSING_DATA: error(422, 'The template needs data that neither the request nor the registry has; details names the fields.'),
  TEMPLATE_INVALID: error(422, 'The template has errors or cannot be filled; details names line and column.'),
  PDF_TOO_LARGE: error(422, 'The finished PDF is larger than MAX_FILE_SIZE.'),
  TOO_MANY_REQUESTS: error(429, 'Too many concurrent requests, or more calls with one door pass than a door makes.', 1),
  INTERNAL_ERROR: error(500, 'An internal error; quote requestId to support.'),
  RENDER_FAILED: error(502, 'The browser could not print the ticket.'),
  RENDER_TIMEOUT: error(502, 'Printing the ticket took too long, twice.', 2),
  DOWNLOAD_FAILED: error(
    502,
    'The download could not be made; the message says why. Asking again after a minute makes it anew.',
    60,
  ),
  TICKET_PRINTING: error(503, 'The ticket is being printed. Ask again in a moment.', 2),
  STORAGE_UNAVAILABLE: error(503, 'S3 is unavailable, or the bucket does not exist. It is safe to retry.', 2),
  DATABASE_UNAVAILABLE: error(503, 'PostgreSQL is unavailable. It is safe to retry.', 2),
  QUEUE_UNAVAILABLE: error(503, 'SQS or a render function is unavailable. It is safe to retry.', 2),
  DISK_FULL: error(
    503,
    'A disk is full: that of the database, the storage or a function; the message says which. It is safe to retry once there is space.',
    10,
  ),
  OUT_OF_FILES: error(503, 'A part has too many open files; the message says which. It is safe to retry.', 2),
  DATABASE_READ_ONLY: error(503, 'PostgreSQL takes no changes now, as after a failover. It is safe to retry.', 2),
  CLOCK_WRONG: error(503, 'AWS refuses a request, because the clock of the service is wrong. It is safe to retry.', 10),
} satisfies Record<string, ErrorDescription>

/** The name of an error code. */
export type ErrorCode = keyof typeof errorCodes

/** Maximum problems that one answer lists, so that answers stay small; the message gives the full count. */
export const mostListedProblems = 100

/** A problem with one field: its path (`data.firstName`, `guests[3].guestId`) and what is allowed there. */
export interface FieldProblem {
  path: string
  problem: string
}

/** An error code's HTTP status, when it happens, and the seconds after which to retry. */
export interface ErrorDescription {
  status: number
  when: string
  retryAfterSeconds?: number
}

/**
 * All error codes of the service. A code never changes its meaning; statuses follow RFC 9110. `details` lists
 * `{ path, problem }`, and is empty when the message says it all.
 */
export const errorCodes = {
  VALIDATION_FAILED: { status: 400, when: 'The body or a parameter is invalid; details lists every invalid field.' },
  FORBIDDEN: {
    status: 403,
    when: 'The caller is not allowed or the request is not SigV4-signed, the signature of a guest link is missing or wrong, or a door pass does not cover this.',
  },
  TICKET_NOT_FOUND: { status: 404, when: 'No ticket has this id, or it has not been generated yet.' },
  BATCH_NOT_FOUND: { status: 404, when: 'No batch has this id.' },
  GUEST_NOT_FOUND: {
    status: 404,
    when: 'No guest with this id is registered for the event; in a batch, that ticket alone fails.',
  },
  EVENT_NOT_FOUND: { status: 404, when: 'No event with this id was registered.' },
  DOOR_NOT_FOUND: { status: 404, when: 'The event has no door with this id.' },
  TEMPLATE_NOT_FOUND: { status: 404, when: 'No template has this id, or not this version.' },
  FORMAT_NOT_AVAILABLE: {
    status: 404,
    when: 'The ticket is not available in this format: the wallet is not configured, or the event has no start time for a calendar.',
  },
  ROUTE_NOT_FOUND: { status: 404, when: 'The path is unknown.' },
  METHOD_NOT_ALLOWED: { status: 405, when: 'The path does not allow this method; the header `Allow` lists those it does.' },
  BATCH_CONFLICT: { status: 409, when: 'A batch with this id and different content exists.' },
  BATCH_EMPTY: { status: 409, when: 'No ticket of the batch was generated, or all were revoked: there is nothing to download.' },
  ALREADY_CHECKED_IN: {
    status: 409,
    when: 'The ticket was checked in before; details gives checkedInAt, gate and device, as far as they are known.',
  },
  TICKET_EXPIRED: { status: 409, when: 'The ticket has expired.' },
  KEY_IN_USE: { status: 409, when: 'The signing key is not retired, so its tickets are still valid.' },
  TEMPLATE_ARCHIVED: { status: 409, when: 'The template is archived: it takes neither new tickets nor new versions.' },
  TEMPLATE_BUILT_IN: { status: 409, when: 'The template comes with the service and changes with it; add one of your own.' },
  TICKET_REVOKED: { status: 409, when: 'The ticket was revoked or superseded.' },
  LINK_EXPIRED: { status: 410, when: 'The guest link has expired, or its ticket was revoked or superseded.' },
  PAYLOAD_TOO_LARGE: { status: 413, when: 'The body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, when: 'The body is not JSON in UTF-8.' },
  MISSING_DATA: {
    status: 422,
    when: 'The template needs data that neither the request nor the registry has; details names the fields.',
  },
  TEMPLATE_INVALID: { status: 422, when: 'The template has errors or cannot be filled; details names line and column.' },
  PDF_TOO_LARGE: { status: 422, when: 'The finished PDF is larger than MAX_FILE_SIZE.' },
  TOO_MANY_REQUESTS: { status: 429, when: 'Too many concurrent requests.', retryAfterSeconds: 1 },
  INTERNAL_ERROR: { status: 500, when: 'An internal error; quote requestId to support.' },
  RENDER_FAILED: { status: 502, when: 'The browser could not print the ticket.' },
  RENDER_TIMEOUT: { status: 502, when: 'Printing the ticket took too long, twice.', retryAfterSeconds: 2 },
  DOWNLOAD_FAILED: {
    status: 502,
    when: 'The download could not be made; the message says why. Asking again after a minute makes it anew.',
    retryAfterSeconds: 60,
  },
  STORAGE_UNAVAILABLE: { status: 503, when: 'S3 is unavailable. It is safe to retry.', retryAfterSeconds: 2 },
  DATABASE_UNAVAILABLE: { status: 503, when: 'PostgreSQL is unavailable. It is safe to retry.', retryAfterSeconds: 2 },
  QUEUE_UNAVAILABLE: { status: 503, when: 'SQS or a render function is unavailable. It is safe to retry.', retryAfterSeconds: 2 },
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

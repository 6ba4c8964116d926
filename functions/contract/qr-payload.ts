/** The first characters of a compact QR payload. The rest of the format belongs to trust/qr-payload.ts. */
export const compactPrefix = 'TK1:'

/** The first character of a QR payload in JSON. */
export const jsonPrefix = '{'

/** Tells a scanned QR payload from a ticket code that somebody typed. */
export function isQrPayload(text: string): boolean {
  return text.startsWith(compactPrefix) || text.startsWith(jsonPrefix)
}

/** Returns whether text has the characters and length of a compact payload, without decoding it. */
export function isCompactPayload(text: string): boolean {
  return compactPayload.test(text)
}

const compactPayload = new RegExp(`^${compactPrefix}[A-Z2-7]{100,}$`)

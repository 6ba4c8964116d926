/** The formats of QR payloads with their prefixes; trust/qr-payload.ts signs and verifies them. */
export const payloadFormats = [
  { name: 'compact', prefix: 'TK1:' },
  { name: 'json', prefix: '{' },
] as const

/** The name of a QR payload's format. */
export type PayloadFormat = (typeof payloadFormats)[number]['name']

/** The first characters of a compact QR payload. */
export const compactPrefix = payloadFormats[0].prefix

/** Finds the format of a QR payload by its first characters; undefined for any other text. */
export function payloadFormatOf(text: string): PayloadFormat | undefined {
  return payloadFormats.find(({ prefix }) => text.startsWith(prefix))?.name
}

/** Distinguishes a scanned QR payload from a typed ticket code. */
export function isQrPayload(text: string): boolean {
  return payloadFormatOf(text) !== undefined
}

/** Returns whether text has the characters and length of a compact payload, without decoding it. */
export function isCompactPayload(text: string): boolean {
  return compactPayload.test(text)
}

const compactPayload = new RegExp(`^${compactPrefix}[A-Z2-7]{100,}$`)

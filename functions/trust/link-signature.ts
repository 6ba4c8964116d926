import { createHmac, timingSafeEqual } from 'node:crypto'

/** Signs text with HMAC-SHA256, in base64url. */
export function signText(secret: Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

/** Compares texts in constant time. */
export function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

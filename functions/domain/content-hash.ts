import { createHash } from 'node:crypto'

/** Hashes JSON content regardless of the order of its keys; absent and undefined values are equal. */
export function hashContent(content: unknown): string {
  const json = JSON.stringify(content, (_name, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(json).digest('hex')
}

/** Writes a whole number as unsigned LEB128, in as few bytes as can be. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Uint8Array.from([...bytes, rest])
}

/** Writes a whole number in four bytes, big-endian. */
export function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Counts the whole seconds from 1970 to a moment. */
export function epochSeconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1000)
}

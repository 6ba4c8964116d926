/**
 * Reads an Accept-Language header (RFC 9110, section 12.5.4): the language tags, most preferred first,
 * without weight 0, the wildcard and malformed parts.
 */
export function readAcceptLanguage(header: string): string[] {
  const ranges = header.split(',').flatMap((part) => {
    const [, tag, weight = '1'] = languageRange.exec(part.trim()) ?? []
    return tag && Number(weight) > 0 ? [{ tag, weight: Number(weight) }] : []
  })
  return ranges.sort((one, other) => other.weight - one.weight).map(({ tag }) => tag)
}

const languageRange = /^([a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i

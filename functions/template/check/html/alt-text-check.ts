import type { SourceTag } from '../source/source-tag.ts'
import type { MarkupFinding } from './markup-finding.ts'

/** Checks that an image or a drawing has a text for screen readers, unless it is hidden from them. */
export function checkAltText(tag: SourceTag): MarkupFinding[] {
  if (tag.isHidden || isNamed(tag) || isDecoration(tag)) return []
  if (tag.name === 'img') return checkImage(tag)
  if (tag.name !== 'svg' || tag.drawing || tag.hasTitle) return []
  const advice = 'write role="img" aria-label="…", or aria-hidden="true" for mere decoration'
  return [['NO_ALT_TEXT', tag.offset, 'is a drawing without a description', advice]]
}

function checkImage({ named, offset }: SourceTag): MarkupFinding[] {
  const alt = named.get('alt')?.value
  if (alt === undefined)
    return [['NO_ALT_TEXT', offset, 'is an image without a description', 'write alt="…", or alt="" for mere decoration']]
  if (alt === '' && named.get('src')?.value.includes('qrCodeUrl'))
    return [['NO_ALT_TEXT', offset, 'is the QR code, and no decoration', 'write alt="QR code"']]
  return []
}

function isNamed({ named }: SourceTag): boolean {
  return ['aria-label', 'aria-labelledby', 'title'].some((name) => Boolean(named.get(name)?.value))
}

function isDecoration({ named }: SourceTag): boolean {
  const [role = ''] = (named.get('role')?.bare.text ?? '').trim().toLowerCase().split(/\s+/)
  return role === 'none' || role === 'presentation'
}

import { addressesIn, candidatesIn, isScript } from './addresses.ts'
import { blot } from './blot-mustaches.ts'
import type { SourceTag } from './source-tag.ts'

/** Attributes that load something on any element. */
const sources = new Set(['src', 'srcset', 'poster', 'background', 'imagesrcset'])
const links = new Set(['href', 'xlink:href', 'action', 'formaction', 'data'])
/** SVG elements that draw the target of their reference. */
const drawn = new Set(['image', 'use', 'feimage'])
const animations = new Set(['animate', 'set', 'animatemotion', 'animatetransform'])
const animated = new Set(['to', 'from', 'by', 'values'])
/** Elements whose `src` is video, audio or captions, which paper does not show. */
const plays = new Set(['video', 'audio', 'source', 'track'])
/** Presentation attributes that take an address (SVG 2). */
const painted = new Set('fill stroke clip-path mask filter marker marker-start marker-mid marker-end cursor'.split(' '))
/** Link types that load something; others only refer to a page (HTML, "Link types"). */
const loadingLinks = new Set(
  [
    'stylesheet icon apple-touch-icon apple-touch-icon-precomposed mask-icon manifest import',
    'preload modulepreload prefetch prerender preconnect dns-prefetch',
  ].flatMap((line) => line.split(' ')),
)

/** Checks whether an attribute loads content for its element. */
export function isSource(name: string): boolean {
  return sources.has(name)
}

/** Checks whether an attribute's value runs a script when it is followed or loaded. */
export function runsScript(tag: SourceTag, name: string, value: string): boolean {
  if (animatesAddress(tag, name)) return value.split(';').some(isScript)
  return (sources.has(name) || links.has(name)) && addressesIn(value).some(isScript)
}

/** Lists the addresses that a browser loads for an attribute; `value` has its entities decoded. */
export function loadedBy(tag: SourceTag, name: string, value: string): string[] {
  if (name.endsWith('srcset')) return candidatesIn(value)
  if (animatesAddress(tag, name)) return value.split(';').flatMap(addressesIn)
  const isLink = name === 'href' || name === 'xlink:href'
  const isDrawn = isLink && (drawn.has(tag.name) || (tag.isForeign && tag.name !== 'a' && !animations.has(tag.name)))
  return sources.has(name) || isDrawn ? addressesIn(value) : []
}

/** Checks whether an element never shows an address, even a `data:` URL. */
export function isNeverShown(tag: SourceTag, name: string, address: string): boolean {
  if (plays.has(tag.name)) return name === 'src'
  return tag.name === 'use' && /^data:/i.test(address)
}

/** Checks whether an attribute is CSS that can load: a presentation attribute of SVG, or its animation. */
export function isPainted({ name: element, isForeign }: SourceTag, name: string): boolean {
  return painted.has(name) ? isForeign : animated.has(name) && animations.has(element)
}

/** Checks whether a `script` is a data block, which never runs (HTML, "The script element"). */
export function isDataBlock({ name, named }: SourceTag): boolean {
  const type = named.get('type')?.bare.text.trim().toLowerCase() ?? ''
  return name === 'script' && /^[a-z]+\/[a-z0-9.+-]+$/.test(type) && !/(?:java|ecma|live|j)script/.test(type)
}

/** Checks whether a `link` loads something, by its `rel`. */
export function loadsLink(kinds: string): boolean {
  return (
    kinds.includes(blot) ||
    kinds
      .toLowerCase()
      .split(/\s+/)
      .some((kind) => loadingLinks.has(kind))
  )
}

function animatesAddress(tag: SourceTag, name: string): boolean {
  if (!animations.has(tag.name) || !animated.has(name)) return false
  const target = tag.named.get('attributename')?.bare.text.trim().toLowerCase()
  return target === 'href' || target === 'xlink:href' || target === 'src'
}

/** Checks whether an attribute is an event handler that a browser knows. */
export function isEventHandler(attribute: string): boolean {
  return attribute.startsWith('on') && events.has(attribute.slice(2))
}

/** The events with an attribute in HTML, SVG, the Pointer, Touch, CSS and Selection APIs, and Chromium. */
const events = new Set(
  [
    'abort activate afterprint animationcancel animationend animationiteration animationstart auxclick beforecopy beforecut beforeinput',
    'beforematch beforepaste beforeprint beforetoggle beforeunload begin blur cancel canplay canplaythrough change click close command',
    'contentvisibilityautostatechange contextlost contextmenu contextrestored copy cuechange cut dblclick drag dragend dragenter dragexit',
    'dragleave dragover dragstart drop durationchange emptied end ended error focus focusin focusout formdata fullscreenchange',
    'fullscreenerror gotpointercapture hashchange input invalid keydown keypress keyup languagechange load loadeddata loadedmetadata',
    'loadstart lostpointercapture message messageerror mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel',
    'offline online pagehide pagereveal pageshow pageswap paste pause play playing pointercancel pointerdown pointerenter pointerleave',
    'pointermove pointerout pointerover pointerrawupdate pointerup popstate progress ratechange rejectionhandled repeat reset resize',
    'scroll scrollend scrollsnapchange scrollsnapchanging search securitypolicyviolation seeked seeking select selectionchange selectstart',
    'show slotchange stalled storage submit suspend timeupdate toggle touchcancel touchend touchmove touchstart transitioncancel',
    'transitionend transitionrun transitionstart unhandledrejection unload volumechange waiting webkitanimationend',
    'webkitanimationiteration webkitanimationstart webkitfullscreenchange webkitfullscreenerror webkittransitionend wheel zoom',
  ].flatMap((line) => line.split(' ')),
)

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

import { contentSecurityPolicy } from '../chromium/browser.ts'

/** The empty document that replaces the page's last one. */
export const shell = `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}"></head></html>`

/** Outweighs every selector of a template, and with `!important` every declaration. */
const sheet = 'ticket-sheet:not(#sheet#sheet#sheet)'
const important = (declarations: string): string => declarations.replaceAll(';', ' !important;')

/**
 * The CSS that comes before a template's own. Letters are placed as their font says, not on whole pixels. A
 * sheet contains its ticket's counters, layout and paint, and no rule of a template (`* { … }`) changes it.
 */
export const sheetStyle = `@page { size: A4 }
:root { text-rendering: geometricPrecision }
${sheet} { ${important('all: unset; display: flow-root; position: relative; contain: layout style paint; min-height: 100vh;')} }
ticket-sheet + ${sheet} { break-before: page !important }
${sheet} > a:first-child { ${important('all: initial; position: absolute; top: 0; left: 0; width: 1px; height: 1px;')} }`

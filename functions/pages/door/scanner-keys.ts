import { readSpellings } from '../../contract/presented-code.ts'

// A scanner sends a character every few milliseconds, and nobody types twenty a second. A busy device may lag.
const maxGapMs = 500
const maxMeanGapMs = 50
const minCharacters = 6
// A second terminator right after the first, such as LF after CR, must not press anything.
const echoMs = 150

/** A burst of keys: what they typed, and what they would type on a US keyboard. */
interface Burst {
  typed: string
  usKeys: string
  from: number
  to: number
  /** The field that the keys go to, as it was before them. */
  field: Element | null
  before: string
}

/**
 * Passes what a hand scanner types to `admit`, wherever the focus is: a fast burst of keys, then Enter, Tab or LF. In
 * a field for something else, a burst must be a code. The field's content is restored.
 */
export function listenToScanner(admit: (text: string) => void, signal: AbortSignal): void {
  let burst: Burst | undefined
  let scannedAt = Number.NEGATIVE_INFINITY
  const listen = (event: KeyboardEvent) => {
    if (isTerminator(event)) {
      const text = burst && readBurst(burst)
      if (burst && text !== undefined) {
        restore(burst)
        scannedAt = event.timeStamp
        admit(text)
      }
      burst = undefined
      if (event.timeStamp - scannedAt < echoMs) stop(event)
      return
    }
    if (!isCharacter(event)) return
    scannedAt = Number.NEGATIVE_INFINITY
    if (!burst || event.timeStamp - burst.to > maxGapMs) burst = begin(event)
    burst.typed += event.key.length === 1 ? event.key : ''
    burst.usKeys += usKeyOf(event)
    burst.to = event.timeStamp
    // A space presses the focused button.
    if (event.key === ' ' && burst.typed.length > 1 && !isField(burst.field)) stop(event)
  }
  document.addEventListener('keydown', listen, { capture: true, signal })
}

function stop(event: Event): void {
  event.preventDefault()
  event.stopImmediatePropagation()
}

/** Recognises the end of a burst. Some scanners send LF as Ctrl+J, or CR as Ctrl+M. */
function isTerminator({ key, ctrlKey }: KeyboardEvent): boolean {
  return key === 'Enter' || key === 'Tab' || (ctrlKey && /^[jm]$/i.test(key))
}

/** Recognises keys of a code. Dead keys, and keys that an input method takes, have a place but no character. */
function isCharacter({ key, code, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  const isTyped = key.length === 1 || ((key === 'Dead' || key === 'Process') && code !== '')
  return isTyped && !metaKey && ctrlKey === altKey
}

function begin({ timeStamp, target }: KeyboardEvent): Burst {
  const field = target instanceof Element ? target : null
  return { typed: '', usKeys: '', from: timeStamp, to: timeStamp, field, before: textIn(field) }
}

/** Returns a burst's text if it is a code or comes from a scanner; undefined for a person's typing. */
function readBurst({ typed, usKeys, from, to, field, before }: Burst): string | undefined {
  const value = textIn(field)
  const inserted = value.startsWith(before) ? value.slice(before.length) : ''
  const read = readSpellings(typed, usKeys, inserted)
  if (read) return 'qr' in read ? read.qr : read.code
  const count = usKeys.length
  if (count < minCharacters || (to - from) / count > maxMeanGapMs) return undefined
  if (field?.id === 'code') return inserted || typed
  return isField(field) ? undefined : typed
}

function textIn(field: Element | null): string {
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value : ''
}

function isField(field: Element | null): boolean {
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
}

/** Restores the field's value, or a list's choice, from before a scan. */
function restore({ field, before }: Burst): void {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement) || field.value === before) return
  field.value = before
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }))
}

/** Returns a key's character on a US keyboard, if codes use it; else the character that it typed. */
function usKeyOf({ key, code, shiftKey }: KeyboardEvent): string {
  const [, letter, digit] = /^Key([A-Z])$|^Digit([0-9])$/.exec(code) ?? []
  if (letter) return shiftKey ? letter : letter.toLowerCase()
  if (digit && !shiftKey) return digit
  const [plain, shifted] = punctuation[code] ?? []
  return (shiftKey ? shifted : plain) ?? (key.length === 1 ? key : ' ')
}

const punctuation: Record<string, [plain: string, shifted: string]> = {
  Minus: ['-', '_'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Comma: [',', '<'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
}

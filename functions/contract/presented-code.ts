import { isCompactPayload } from './qr-payload.ts'

/** A presented ticket: the text of its QR code, or its ticket code. */
export type Presented = { qr: string } | { code: string }

/** Longer than any payload; longer texts are not parsed. */
const maxLength = 1024

/**
 * Reads what a camera saw, a hand scanner typed or a person entered: the first of several spellings that is a QR
 * payload or a ticket code; undefined if none is. A hand scanner may prefix the symbology (AIM, such as `]Q1`), end
 * with CR, LF or TAB, and press the keys of a US keyboard while the device has another layout.
 */
export function readSpellings(...spellings: string[]): Presented | undefined {
  const short = spellings.filter((text) => text.length <= maxLength)
  const guesses = short.flatMap((text) => layouts.map((layout) => withUsKeys(text, layout)))
  for (const text of [...short, ...guesses]) {
    const read = readSpelling(text)
    if (read) return read
  }
  return undefined
}

function readSpelling(spelling: string): Presented | undefined {
  const text = spelling.trim().replace(/^\][A-Za-z][0-9A-Za-z]/, '')
  const compact = text.normalize('NFKC').toUpperCase()
  if (isCompactPayload(compact)) return { qr: compact }
  const json = [text, swapCase(text)].find((one) => one.startsWith('{"ticketId"'))
  if (json) return { qr: json }
  const code = readTicketCode(text)
  return code ? { code } : undefined
}

/** Reverts caps lock in text whose case matters. */
function swapCase(text: string): string {
  return text.replaceAll(/[a-z]+|[A-Z]+/g, (part) => (part < 'a' ? part.toLowerCase() : part.toUpperCase()))
}

/**
 * Reads a ticket code as people and hand scanners type it: in any case and width, with blanks, any dashes or none,
 * with O for 0 and I or L for 1, as Crockford's base32 allows. Returns it as printed on tickets, or undefined.
 */
export function readTicketCode(typed: string): string | undefined {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\p{Dash}\p{Cf}]/gu, '')
    .replaceAll(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 15))
  const [, year, characters] = /^TC([0-9OIL]{4})([0-9A-TV-Z]{12})$/.exec(plain) ?? []
  return year && characters && `TC-${forgive(year)}-${forgive(characters)}`
}

function forgive(characters: string): string {
  return characters.replaceAll('O', '0').replaceAll(/[IL]/g, '1')
}

/**
 * The characters of other keyboard layouts, each with the one that a US keyboard has on the same key. Only what a code
 * needs is listed: letters, digits, `:`, `-` and the `]` of an AIM prefix, with and without shift and caps lock.
 */
const layouts = [
  // French and Belgian AZERTY.
  layout('& é " \' ( - § è _ ! ç à ) ° $ £ m , ? a q z w', '1 2 3 4 5 6 6 7 8 8 9 0 - - ] ] : m m q a w z'),
  // German and Swiss QWERTZ; caps lock shifts the digits, too.
  layout('y z ö é ß ẞ ? + ! " § $ % & / ( ) =', 'z y : : - - - ] 1 2 3 4 5 6 7 8 9 0'),
  // Spanish, Italian, Portuguese, Dutch, Nordic and Turkish QWERTY, whose letters are where they are in the US.
  layout("ñ ç ö æ ø ş ± ' + / *", ': : : : : : : - - - -'),
  // Russian and Ukrainian.
  layout(
    'й ц у к е н г ш щ з ф ы і в а п р о л д я ч с м и т ь ж ъ ї',
    'q w e r t y u i o p a s s d f g h j k l z x c v b n m : ] ]',
  ),
  // Cyrillic letters typed for the Latin ones that they look like.
  layout('а в с е н к м о р т у х', 'a b c e h k m o p t y x'),
  // Arabic, then Arabic with shift.
  layout('ض ص ث ق ف غ ع ه خ ح د ش س ي ب ل ا ت ن م ئ ء ؤ ر لا ى ة ك', 'q w e r t y u i o p ] a s d f g h j k l z x c v b n m :'),
  layout(
    '\u064e \u064b \u064f \u064c لإ إ ‘ ÷ × ؛ \u0650 \u064d ] [ لأ أ ـ ، / ~ \u0652 } { لآ آ ’ د',
    'q w e r t y u i o p a s d f g h j k l z x c v b n m ]',
  ),
]

function layout(typed: string, meant: string): ReadonlyMap<string, string> {
  const keys = meant.split(' ')
  return new Map(typed.split(' ').map((character, at) => [character, keys[at] ?? '']))
}

function withUsKeys(text: string, keys: ReadonlyMap<string, string>): string {
  // In Arabic, some keys type lam and alef together.
  return text.replaceAll(/ل[اأإآ]|./gsu, (typed) => keys.get(typed) ?? keys.get(typed.toLowerCase()) ?? typed)
}

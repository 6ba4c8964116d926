/** Writes a class of the characters in blocks of Unicode. */
const characters = (blocks: string) => `[${blocks.replaceAll(/[0-9A-F]{4}/g, '\\u$&').replaceAll(' ', '')}]`

// Blocks of combining marks, the points of Hebrew and Arabic, and the letter that stretches Arabic words.
const marks = new RegExp(
  characters('0300-036F 0591-05BD 05BF 05C1 05C2 05C4 05C5 05C7 0640 064B-065F 0670 1AB0-1AFF 1DC0-1DFF 20D0-20FF FE20-FE2F'),
  'g',
)

const spellings: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  ı: 'i',
  ς: 'σ',
}

// All of ASCII and Latin-1 but letters and digits, invisible characters, and the punctuation of other blocks.
const separators = new RegExp(
  `${characters('0001-002F 003A-0040 005B-0060 007B-00BF 00D7 00F7 2000-206F 3000-303F 30FB 05BE 05F3 05F4 FE00-FE0F')}+`,
)

/**
 * Folds text so that accents, case and width do not count ("Lefèvre" becomes "lefevre"). The function
 * `fold_text` of migration 0022 folds alike.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(marks, '')
    .replaceAll(/[ßæœþøđðħłıς]/g, (letter) => spellings[letter] ?? letter)
}

/** The longest words are cut, so that an index can hold them. */
const wordLength = 64

/**
 * Lists the words that names are found by: each as it stands between blanks, without punctuation, and the parts
 * that punctuation separates ("O'Brien-Lee": obrienlee, o, brien, lee). `guest_words` of migration 0022 lists
 * alike.
 */
export function wordsOf(text: string): string[] {
  const words = text.split(/[ \u3000]+/).flatMap((piece) => {
    const parts = foldText(piece).split(separators)
    return [parts.join(''), ...parts]
  })
  return [...new Set(words.filter(Boolean).map(cut))]
}

/** Lists the words that a search asks for, each to be the beginning of a word found. None finds nothing. */
export function searchedWords(search: string): string[] {
  const words = search.split(/[ \u3000]+/).map((piece) => cut(foldText(piece).split(separators).join('')))
  return [...new Set(words.filter(Boolean))]
}

const cut = (word: string) => [...word].slice(0, wordLength).join('')

/**
 * Reads the beginning of a ticket code as people type it, from its year on: in any case, with or without dashes,
 * and O for 0, I or L for 1. Returns it as tickets show it, or undefined.
 */
export function readCodePrefix(typed: string): string | undefined {
  const plain = typed.toUpperCase().replaceAll(/[\s\p{Dash}]/gu, '')
  const [, year, characters] = /^TC([0-9OIL]{4})([0-9A-TV-Z]{0,12})$/.exec(plain) ?? []
  return year && `TC-${year}-${characters}`.replaceAll('O', '0').replaceAll(/[IL]/g, '1')
}

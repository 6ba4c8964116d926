/** Writes a character class of some ranges of Unicode. */
const characters = (blocks: string) => `[${blocks.replaceAll(/[0-9A-F]{4}/g, '\\u$&').replaceAll(' ', '')}]`

// Combining marks, the points of Hebrew and Arabic, and the letter that stretches Arabic words (tatweel).
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

// ASCII and Latin-1 without letters and digits, invisible characters, and the punctuation of other blocks.
const separators = new RegExp(
  `${characters('0001-002F 003A-0040 005B-0060 007B-00BF 00D7 00F7 2000-206F 3000-303F 30FB 05BE 05F3 05F4 FE00-FE0F')}+`,
)

/**
 * Folds text so that accents, case and width do not matter ("Lefèvre" becomes "lefevre"). The function `fold_text` of
 * migration 0018 does the same.
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
 * Lists the words by which a name is found: each word without its punctuation, and the parts that punctuation separates
 * ("O'Brien-Lee": obrienlee, o, brien, lee). `guest_words` of migration 0018 does the same.
 */
export function wordsOf(text: string): string[] {
  const words = text.split(/[ \u3000]+/).flatMap((piece) => {
    const parts = foldText(piece).split(separators)
    return [parts.join(''), ...parts]
  })
  return [...new Set(words.filter(Boolean).map(cut))]
}

/** Lists the words of a search, each the beginning of a word to find. A search without words finds nothing. */
export function searchedWords(search: string): string[] {
  const words = search.split(/[ \u3000]+/).map((piece) => cut(foldText(piece).split(separators).join('')))
  return [...new Set(words.filter(Boolean))]
}

const cut = (word: string) => [...word].slice(0, wordLength).join('')

/**
 * Reads the beginning of a ticket code as people type it, from its year on: in any case, with or without dashes,
 * with O for 0 and I or L for 1. Returns it as printed on tickets, or undefined.
 */
export function readCodePrefix(typed: string): string | undefined {
  const plain = typed.toUpperCase().replaceAll(/[\s\p{Dash}]/gu, '')
  const [, year, characters] = /^TC([0-9OIL]{4})([0-9A-TV-Z]{0,12})$/.exec(plain) ?? []
  return year && `TC-${year}-${characters}`.replaceAll('O', '0').replaceAll(/[IL]/g, '1')
}

/**
 * The files of an npm package that become fonts, by path in its folder: each of `files` is a font; the files
 * in `files/` whose names match `slices` are parts of one. A variable font is cut down to one font per
 * weight.
 */
export interface FontPackage {
  name: string
  files?: string[]
  slices?: RegExp
  weights?: number[]
}

/** The scripts that have one variable font each, as the font packages call them. */
const scripts =
  'arabic hebrew armenian georgian ethiopic devanagari bengali gujarati gurmukhi tamil telugu kannada oriya sinhala thai lao khmer thaana'

/**
 * Other scripts in modern use (UAX #31, tables 5 and 7, and Mongolian), as static fonts of one weight:
 * Chromium falls back to a family's regular font, and emboldens it. Batak, Mandaic, Nag Mundari and Wancho
 * have a Noto font, but no package.
 */
const rareScripts =
  'adlam balinese bamum canadian-aboriginal cham cherokee hanifi-rohingya javanese kayah-li lepcha limbu lisu ' +
  'meetei-mayek miao mongolian new-tai-lue newa nko ol-chiki osage saurashtra sundanese syloti-nagri syriac ' +
  'tai-le tai-tham tai-viet tifinagh vai yi symbols'

/**
 * The Han, kana and Hangul fonts: the package's suffix, the family, and the languages that each is right for.
 */
export const hanFonts = [
  { region: 'sc', family: 'Noto Sans SC', languages: ['zh-cn', 'zh-sg'] },
  { region: 'tc', family: 'Noto Sans TC', languages: ['zh-tw', 'zh-hk', 'zh-mo'] },
  { region: 'jp', family: 'Noto Sans JP', languages: ['ja'] },
  { region: 'kr', family: 'Noto Sans KR', languages: ['ko'] },
]

/**
 * All fonts that tickets are printed with, under the SIL Open Font License or the Apache License 2.0.
 *
 * - Inter is the font of the designs.
 * - Arimo, Tinos and Cousine have the widths of Arial, Times New Roman and Courier New, so that templates
 *   made with those keep their line breaks.
 * - Vazirmatn comes before Noto Sans Arabic, which draws the dots of letters as separate glyphs, so that
 *   Arabic names cannot be copied or found. Noto Nastaliq Urdu does so too, and is used only where a template
 *   names it.
 * - Noto Sans Hans has rare characters of Chinese names that web fonts leave out: with it, all of GB 2312 and
 *   Big5 and nearly all of GBK are covered.
 * - Variable fonts are cut down to weights, since Chromium embeds them glyph by glyph (PDF Type 3), which is
 *   larger and breaks copied text.
 */
export const fontPackages: FontPackage[] = [
  {
    name: 'inter-ui',
    files: ['Regular', 'Italic', 'Medium', 'SemiBold', 'Bold', 'BoldItalic', 'ExtraBold'].map(
      (style) => `web/Inter-${style}.woff2`,
    ),
  },
  {
    name: 'inter-ui',
    files: ['Regular', 'Medium', 'SemiBold', 'Bold', 'ExtraBold'].map((style) => `display/InterDisplay-${style}.woff2`),
  },
  ...['Arimo', 'Tinos', 'Cousine'].map((family) => ({
    name: `@expo-google-fonts/${family.toLowerCase()}`,
    files: ['400Regular', '400Regular_Italic', '700Bold', '700Bold_Italic'].map((style) => `${style}/${family}_${style}.ttf`),
  })),
  { name: '@fontsource-variable/vazirmatn', files: ['files/vazirmatn-arabic-wght-normal.woff2'], weights: [400, 700] },
  ...scripts.split(' ').map((script) => ({
    name: `@fontsource-variable/noto-sans-${script}`,
    files: [`files/noto-sans-${script}-${script}-wght-normal.woff2`],
    weights: [400, 700],
  })),
  ...['malayalam', 'myanmar'].map((script) => staticFont(`noto-sans-${script}`, script, [400, 700])),
  ...rareScripts.split(' ').map((script) => staticFont(`noto-sans-${script}`, script)),
  staticFont('noto-serif-tibetan', 'tibetan'),
  staticFont('noto-serif-toto', 'toto'),
  staticFont('noto-serif-np-hmong', 'nyiakeng-puachue-hmong'),
  { name: '@expo-google-fonts/noto-sans-chakma', files: ['400Regular/NotoSansChakma_400Regular.ttf'] },
  staticFont('noto-sans-math', 'latin'),
  staticFont('noto-nastaliq-urdu', 'arabic', [400, 700]),
  ...hanFonts.map(({ region }) => ({
    name: `@fontsource-variable/noto-sans-${region}`,
    slices: /-wght-normal\.woff2$/,
    weights: [400, 700],
  })),
  { name: '@embedpdf/fonts-sc', files: ['fonts/NotoSansHans-Regular.otf'] },
  { name: '@fontsource/noto-color-emoji', files: ['files/noto-color-emoji-emoji-400-normal.woff2'] },
  { name: '@fontsource/noto-sans-symbols-2', files: ['files/noto-sans-symbols-2-symbols-400-normal.woff2'] },
]

function staticFont(font: string, subset: string, weights = [400]): FontPackage {
  return { name: `@fontsource/${font}`, files: weights.map((weight) => `files/${font}-${subset}-${weight}-normal.woff2`) }
}

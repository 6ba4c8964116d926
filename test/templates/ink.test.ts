import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { qrSvg } from '../../functions/codes/qr-code.ts'
import { brandVariables } from '../../functions/template/brand-variables.ts'
import { compileTemplate, type TicketTemplate, trustedMarkup } from '../../functions/template/compile.ts'
import { fullBranding } from '../fixtures/branding.ts'
import { printer } from '../fixtures/printer.ts'
import { drawPages, inspect, readText } from '../fixtures/printing.ts'

const event = {
  eventName: 'Tech Conference 2027',
  eventDate: 'Saturday, June 12, 2027 at 9:00 AM',
  startsAt: '2027-06-12T07:00:00.000Z',
  endsAt: '2027-06-12T16:00:00.000Z',
  timezone: 'Europe/Paris',
  location: 'Palais des Congrès, Paris',
}
const places = { gate: 'B', section: '104', row: '12', seat: '47', order: 'A-20391', price: '49.9', currency: 'EUR' }
const guest = {
  ...{ ...event, ...places, firstName: 'John', lastName: 'Doe', email: 'john@example.com', ticketType: 'VIP', locale: 'en' },
  ...{ dir: 'ltr', ticketCode: 'TC-2027-7K3M9QX4WBZ2', generatedAt: 'Monday, 4 January 2027 at 12:00' },
}

/** Names with ink far above and below the line, by script. */
const hardNames = {
  'stacked accents': ['Ẩmỹ Ǻ', 'Nguyễn Ỗ', 'vi'],
  'combining marks': [`Z${'\u0301\u0316'.repeat(3)}alg`, `a${'\u0302\u0323'.repeat(3)}lgo`, 'vi'],
  Telugu: ['ప్రభాకర్ శ్రీ', 'కృష్ణమూర్తి స్త్రీ', 'te'],
  Devanagari: ['श्रीकृष्ण र्क्रूँ', 'लक्ष्मीनारायण हृदयेश', 'hi'],
  Bengali: ['মুর্শিদ চন্দ্ৰ', 'শ্রী ক্ষ্ম্যু', 'bn'],
  Thai: ['กัญญารัตน์ ปู่', 'ศรีสุขสวัสดิ์ฐิ์ ญูฎุ', 'th'],
  Urdu: ['مُحَمَّدٍ إِلٰى', 'پَڑھے گئے', 'ur'],
  Burmese: ['အောင်ဆန်း ည့်ျွှု', 'စုကြည် က္ကျွှု', 'my'],
  Khmer: ['ស្ត្រី', 'សុវណ្ណ ស្ដ្រី', 'km'],
  Kannada: ['ಕ್ಷ್ತ್ರಿ', 'ಸ್ತ್ರೀ ಕೃಷ್ಣ', 'kn'],
  Thaana: ['ދިވެހި', 'މުޙައްމަދު', 'dv'],
} as const

function withText(name: keyof typeof hardNames) {
  const [firstName, lastName, locale] = hardNames[name]
  const text = `${firstName} ${lastName}`
  const texts = {
    eventName: text,
    location: text,
    ticketType: firstName,
    company: text,
    jobTitle: text,
    section: firstName,
    order: lastName,
  }
  const twice = { firstName: `${firstName} ${firstName}`, lastName: `${lastName} ${lastName} ${lastName}` }
  return [{ firstName, lastName }, twice].map((names) => ({ ...guest, ...texts, ...names, locale }))
}

/** Lets every text of a ticket out of the box that cuts it. */
const uncut =
  '<style>h1, h2, p, span, div.guest-info { overflow: visible !important; -webkit-line-clamp: 99 !important }</style></head>'

async function print(template: TicketTemplate, variables: object, change = (html: string) => html): Promise<Uint8Array> {
  const html = change(template.fill({ ...variables, qrCode: trustedMarkup(qrSvg(`TK1:${'A'.repeat(146)}`)) }))
  const [printed] = await printer.print([{ html, title: 'Ticket', createdAt: new Date(0) }], 30_000)
  assert.equal(printed?.pages, 1)
  return printed?.pdf ?? new Uint8Array()
}

for (const name of ['classic', 'mobile', 'stub', 'festival', 'badge']) {
  const template = compileTemplate(await readFile(new URL(`../../templates/${name}/ticket.hbs`, import.meta.url), 'utf8'))

  test(`${name} cuts no ink off the names and titles of any script`, async () => {
    const scripts = Object.keys(hardNames) as (keyof typeof hardNames)[]
    const tickets = scripts.flatMap((script) => withText(script).map((variables) => ({ script, variables })))
    const cut: Uint8Array[] = []
    const whole: Uint8Array[] = []
    for (const { variables } of tickets) {
      cut.push(await print(template, variables))
      whole.push(await print(template, variables, (html) => html.replace('</head>', uncut)))
    }
    const [seen, all] = [await drawPages(cut, 110), await drawPages(whole, 110)]
    const lost = tickets.filter((_, index) => !seen[index]?.equals(all[index] ?? Buffer.alloc(0)))
    assert.deepEqual(
      lost.map(({ script, variables }) => `${script}: ${variables.firstName} ${variables.lastName}`),
      [],
    )
  })

  test(`${name} shows section and price, and whatever else it shows of the place in full beside long texts`, async () => {
    const long = {
      eventName: 'International Conference on Software Engineering and Formal Methods 2027, Thirty-Second Edition',
      location: 'Messe und Congress Centrum Halle Münsterland, Halle Nord, Albersloher Weg 32, 48155 Münster',
      row: 'Premier balcon, côté jardin',
      seat: 'Loge 14, fauteuil 128',
      order: 'ORDER-2027-06-12-000020391',
      ticketType: 'Platinum Hospitality Experience',
    }
    const text = (await readText(await print(template, { ...guest, ...long }))).replaceAll(/\s+/g, ' ')
    const shown =
      name === 'badge' ? [] : [long.location, 'Saturday, June 12, 2027', '9:00 AM – 6:00 PM', long.row, long.seat, long.order]
    for (const words of ['104', '€49.90', ...shown]) assert.ok(text.includes(words), `${words} in ${text}`)
    assert.equal(text.match(/June 12/g)?.length ?? 0, name === 'badge' ? 0 : 1)
  })
}

/** Cuts a text of so many letters from one that repeats. */
const lettersOf = (text: string, count: number) => [...text.repeat(count)].slice(0, count).join('').trim()

const languages = {
  English: ['International Conference on Formal Methods, upper balcony ', 'en'],
  Japanese: ['国際技術会議東京展示場西棟第三室南側入口上層階中央指定席', 'ja'],
  Vietnamese: ['Hội nghị Ẩm thực Nguyễn Ễ Ỗ Ặng Mỹ Đình ', 'vi'],
  Thai: ['การประชุมวิชาการนานาชาติศูนย์ประชุมสิริกิติ์', 'th'],
  Tibetan: ['བསྒྲུབས་རྒྱལ་མཚོ་བོད་ཀྱི་རིག་གནས་', 'bo'],
  'one word': ['W', 'en'],
} as const

/** Writes a ticket with all facts, each as long as organisers make them. */
function crowded(language: keyof typeof languages) {
  const [text, locale] = languages[language]
  return {
    ...{ ...guest, locale, endsAt: '2027-06-13T16:00:00.000Z', price: '1234567.5' },
    ...{ eventName: lettersOf(text, 139), location: `${lettersOf(text, 198)} P` },
    ...{ firstName: lettersOf(text, 45), lastName: lettersOf(text, 45), company: lettersOf(text, 60) },
    ...{ gate: `${lettersOf(text, 98)} G`, section: `${lettersOf(text, 98)} S` },
    ...{ row: `${lettersOf(text, 98)} R`, seat: `${lettersOf(text, 98)} T`, order: `${lettersOf(text, 48)} O` },
    email: `${'abcdefgh.'.repeat(7)}x@${'example.'.repeat(7)}com`,
    entryTime: 'Saturday, June 12, 2027 at 10:00 AM – Sunday, June 13, 2027 at 10:30 PM',
  }
}

const factsOf = {
  classic: ['location', 'gate', 'section', 'row', 'seat', 'order', 'email', 'entryTime', 'ticketCode'],
  mobile: ['location', 'gate', 'section', 'row', 'seat', 'order', 'email', 'entryTime', 'ticketCode'],
  stub: ['location', 'gate', 'section', 'row', 'seat', 'order', 'email', 'entryTime', 'ticketCode'],
  festival: ['location', 'gate', 'section', 'row', 'seat', 'order', 'email', 'entryTime', 'ticketCode'],
  badge: ['section', 'entryTime', 'ticketCode'],
} as const

/** Reads the text of a PDF in the order in which it is written, lines that go on in the next one together. */
async function readInOrder(pdf: Uint8Array): Promise<string> {
  return (await inspect('pdftotext', ['-raw'], pdf, ['-'])).toString()
}

const withoutBlanks = (text: string) => text.normalize('NFKC').replaceAll(/[\s\u200b]/g, '')

for (const [name, facts] of Object.entries(factsOf)) {
  const template = compileTemplate(await readFile(new URL(`../../templates/${name}/ticket.hbs`, import.meta.url), 'utf8'))

  for (const [look, brand] of Object.entries({ plain: {}, branded: brandVariables(fullBranding) }))
    test(`${name}, ${look}, cuts no fact however long all texts are, in any script`, async () => {
      for (const language of Object.keys(languages) as (keyof typeof languages)[]) {
        const variables = crowded(language)
        const text = withoutBlanks(await readInOrder(await print(template, { ...variables, ...brand })))
        const shown = language === 'Tibetan' ? facts.filter((fact) => /^[ -~–]+$/.test(variables[fact])) : facts
        for (const fact of shown) assert.ok(text.includes(withoutBlanks(variables[fact])), `${fact} in ${language}: ${text}`)
        assert.match(text, /1,234,567\.50|1\.234\.567,50/, language)
      }
    })
}

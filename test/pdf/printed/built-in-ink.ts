import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { qrSvg } from '../../../functions/pdf/qr-code.ts'
import { compileTemplate, type TicketTemplate, trustedMarkup } from '../../../functions/pdf/template.ts'
import { drawPages, readText } from '../printing.ts'
import { printer } from './printer.ts'

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

for (const name of ['classic', 'mobile', 'badge']) {
  const template = compileTemplate(await readFile(new URL(`../../../templates/${name}/ticket.hbs`, import.meta.url), 'utf8'))

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

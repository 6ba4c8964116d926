import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { qrSvg } from '../../functions/codes/qr-code.ts'
import type { TicketDocument } from '../../functions/print/printer.ts'
import { brandVariables } from '../../functions/template/brand-variables.ts'
import { compileTemplate, trustedMarkup } from '../../functions/template/compile.ts'
import { fullBranding } from '../fixtures/branding.ts'
import { fallbacks, printer } from '../fixtures/printer.ts'
import { drawPages } from '../fixtures/printing.ts'

const csv = await readFile(new URL('../data/guests-world.csv', import.meta.url), 'utf8')
const guests = csv
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))

/** Prints every guest in one print and alone, and checks that both look the same and that none of the first was printed alone. */
async function comparePrints(name: string, brand: Record<string, unknown> = {}): Promise<void> {
  fallbacks.length = 0
  const template = compileTemplate(await readFile(new URL(`../../templates/${name}/ticket.hbs`, import.meta.url), 'utf8'))
  const documents = guests.map(([guestId = '', firstName, lastName, email, ticketType, locale]): TicketDocument => {
    const event = {
      eventName: 'Tech Conference 2024',
      eventDate: 'Wednesday, 12 June 2024',
      location: 'Palais des Congrès, Paris',
      ...{ startsAt: '2024-06-12T07:00:00.000Z', endsAt: '2024-06-12T16:00:00.000Z', timezone: 'Europe/Paris' },
      ...{ gate: 'B', section: '104', row: '12', seat: guestId, order: `A-${guestId}`, price: '49.9', currency: 'EUR' },
    }
    const guest = {
      firstName,
      lastName,
      email,
      ticketType,
      locale,
      dir: ['ar', 'fa', 'he'].includes(locale ?? '') ? 'rtl' : 'ltr',
    }
    const ticketCode = `TC-2026-00000000${guestId}`
    const qrCode = trustedMarkup(qrSvg(`TK1:${'A'.repeat(140)}${guestId}`))
    const html = template.fill({ ...event, ...guest, ...brand, ticketCode, qrCode, generatedAt: '1 January 2024' })
    return { html, title: ticketCode, createdAt: new Date(0), templateKey: `${name} ${Object.keys(brand).length}` }
  })
  const together = await printer.print(documents, 30_000)
  assert.equal(together.length, guests.length)
  const alone: Uint8Array[] = []
  for (const document of documents) alone.push(...(await printer.print([document], 30_000)).map(({ pdf }) => pdf))
  const [among, single] = [
    await drawPages(
      together.map(({ pdf }) => pdf),
      60,
    ),
    await drawPages(alone, 60),
  ]
  assert.deepEqual([among.length, single.length], [guests.length, guests.length])
  for (const [index, page] of single.entries()) assert.ok(among[index]?.equals(page), `${guests[index]?.slice(1, 3)}`)
  assert.deepEqual(fallbacks, [])
}

for (const name of ['classic', 'mobile', 'stub', 'festival', 'badge']) {
  test(`every name of the world has the same pixels in ${name}, printed alone and among all the others`, () =>
    comparePrints(name))
  test(`${name} has too in branding, which all tickets of an event share`, () =>
    comparePrints(name, brandVariables(fullBranding)))
}

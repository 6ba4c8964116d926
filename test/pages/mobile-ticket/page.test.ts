import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { qrSvg } from '../../../functions/codes/qr-code.ts'
import { TicketGenerationError } from '../../../functions/errors.ts'
import { writeFailurePage, writeMobileTicket } from '../../../functions/pages/mobile-ticket-page.ts'
import type { PageFile } from '../../../functions/pages/page-modules.ts'
import { readQrCode } from '../../fixtures/running-service.ts'
import { openPage } from '../../fixtures/service-and-browser.ts'

const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const payload = `TK1:${'A7'.repeat(55)}`
const picture = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"/>')}`
const view = {
  title: 'Été & <Sons>',
  code: 'TC-2026-7K3M9QX4WBZ2',
  qr: qrSvg(payload),
  locale: 'fr',
  direction: 'ltr',
  showCode: 'Présentez ce code à l’entrée',
  howToShow: 'Sur un écran, luminosité au maximum.',
  facts: [
    { name: 'date', label: 'Date', value: 'vendredi 12 juin 2026 à 20:30' },
    { name: 'doors', label: 'Ouverture des portes', value: '19:00' },
    { name: 'holder', label: 'Titulaire du billet', value: `Maximiliane-${'Donaudampfschifffahrts'.repeat(4)}` },
    { name: 'gate', label: 'Porte', value: 'Entrée nord-ouest 12' },
    { name: 'row', label: 'Rang', value: 'C' },
    { name: 'seat', label: 'Place', value: '12' },
  ],
  branding: null,
  links: { apple: '/a', google: '/g', map: 'https://www.google.com/maps', calendar: '/c', pdf: '/p', png: '/i' },
} as const
const branding = {
  ...{ logo: picture, background: picture, accent: '#ffb800', ink: '#8a1c4a' },
  ...{ organiser: 'Aurora gGmbH', website: 'https://aurora.example.com/', terms: 'Personal.\nNo re-entry.' },
}
const arabic = { locale: 'ar', direction: 'rtl', title: 'مهرجان الضوء' } as const
const facts = [...view.facts]
const notFound = new TicketGenerationError('No such route.', 'ROUTE_NOT_FOUND')
const pages: Record<string, () => Promise<PageFile>> = {
  'a ticket': () => writeMobileTicket({ ...view, facts }),
  'a ticket with its event’s look': () => writeMobileTicket({ ...view, facts, branding }),
  'a ticket in Arabic': () => writeMobileTicket({ ...view, facts, ...arabic, branding }),
  'a failure': () => writeFailurePage(notFound, 'ar'),
}

/** Shows a page as a phone does, and returns what axe finds in it. */
async function openOnPhone(file: PageFile, scheme: 'light' | 'dark') {
  const { context, page } = await openPage()
  await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.setContent(file.content.toString())
  await page.evaluate(axe)
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const found: unknown = await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(tags)} }).then(({ violations, incomplete }) => [...violations, ...incomplete].map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
  )
  return { context, page, found }
}

for (const [name, write] of Object.entries(pages))
  for (const scheme of ['light', 'dark'] as const)
    test(`${name} passes WCAG 2.2 AA on a ${scheme} screen, no wider than the phone`, async () => {
      const { context, page, found } = await openOnPhone(await write(), scheme)
      assert.deepEqual(found, [])
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390)
      await context.close()
    })

test('a tap on the code shows it alone on a white screen, and the next one the ticket again', async () => {
  const { context, page } = await openOnPhone(await writeMobileTicket({ ...view, facts, branding }), 'dark')
  await page.click('.qr')
  assert.equal(await page.$eval('.code', (code) => code.getBoundingClientRect().height), 844)
  assert.equal(await readQrCode(Buffer.from(await page.screenshot())), payload)
  await page.click('.qr')
  assert.ok((await page.$eval('.code', (code) => code.getBoundingClientRect().height)) < 600)
  await context.close()
})

test('the policy names every style sheet and script of the page, and colours of another event are not among them', async () => {
  const policies = await Promise.all(
    [view, { ...view, branding }].map(async (each) => {
      const { content, headers } = await writeMobileTicket({ ...each, facts })
      const parts = [...content.toString().matchAll(/<(style|script)>([^<]+)<\/\1>/g)]
      const policy = headers['content-security-policy'] ?? ''
      for (const [, , text = ''] of parts) assert.ok(policy.includes(createHash('sha256').update(text).digest('base64')), text)
      return { policy, count: parts.length }
    }),
  )
  assert.deepEqual(
    policies.map(({ count }) => count),
    [2, 3],
  )
  assert.notEqual(policies[0]?.policy, policies[1]?.policy)
})

import { escapeUTF8 } from 'entities'
import { textColourOn } from '../contract/colours.ts'
import { describePass } from './apple-content.ts'
import { classOf, objectOf } from './google-pass.ts'
import type { PassTicket } from './pass-ticket.ts'

/** The content of a card from top to bottom. */
interface Card {
  ground: string
  text: string
  issuer: string
  title: string
  rows: Field[][]
  /** The facts below the card, or on its back. */
  more: Field[]
}

interface Field {
  label: string
  value: string
}

/** A ticket, and the direction of its guest's language. */
type ShownTicket = PassTicket & { direction: 'ltr' | 'rtl' }

/** The example name of the issuer, since only the wallets' settings have the real one. */
const issuer = 'Organiser'

/** Writes a page that shows a ticket roughly as Apple Wallet does. `qr` is a trusted SVG element. */
export function writeApplePreview(ticket: ShownTicket, qr: string): string {
  const pass = describePass({ passTypeIdentifier: '', teamIdentifier: '', organizationName: issuer }, ticket)
  const { headerFields, secondaryFields, auxiliaryFields, backFields } = pass.eventTicket
  const { backgroundColor: ground, foregroundColor: text, logoText } = pass
  const card = { ground, text, issuer: logoText, title: ticket.title, rows: [headerFields, secondaryFields, auxiliaryFields] }
  return writeCard(ticket, { ...card, more: backFields }, qr)
}

/** Writes a page that shows a ticket roughly as Google Wallet does. `qr` is a trusted SVG element. */
export function writeGooglePreview(ticket: ShownTicket, qr: string): string {
  const settings = { issuerId: '', issuerName: issuer }
  const { hexBackgroundColor: ground = '#ffffff', issuerName } = classOf(settings, ticket)
  const { ticketHolderName = '', ticketType, textModulesData = [] } = objectOf(settings, ticket)
  const named = (...names: string[]) => ticket.facts.filter(({ name }) => names.includes(name))
  const rows = [named('date'), named('gate', 'section', 'row', 'seat')]
  const more = [
    ticketHolderName,
    ticketType?.defaultValue.value ?? '',
    ...textModulesData.flatMap(({ body }) => body.split('\n')),
  ].filter(Boolean)
  const card = { ground, text: textColourOn(ground), issuer: issuerName, title: ticket.title, rows }
  return writeCard(ticket, { ...card, more: more.map((value) => ({ label: '', value })) }, qr)
}

function writeCard({ locale, direction, branding, ticketCode }: ShownTicket, card: Card, qr: string): string {
  const logo = branding?.logo ? `<img src="${escapeUTF8(branding.logo)}" alt="">` : ''
  const rows = card.rows.filter((row) => row.length > 0).map((row) => `<dl>${row.map(writeField).join('')}</dl>`)
  return `<!doctype html><html lang="${escapeUTF8(locale)}" dir="${direction}"><head><meta charset="utf-8"><title>${escapeUTF8(card.title)}</title>
<style>${css} main { background: ${card.ground}; color: ${card.text} }</style></head><body>
<main><header>${logo}<b><bdi>${escapeUTF8(card.issuer)}</bdi></b></header><h1><bdi>${escapeUTF8(card.title)}</bdi></h1>${rows.join('')}
<div class="qr">${qr}<small dir="ltr">${escapeUTF8(ticketCode)}</small></div></main>
<dl class="more">${card.more.map(writeField).join('')}</dl></body></html>`
}

function writeField({ label, value }: Field): string {
  return `<div>${label && `<dt>${escapeUTF8(label)}</dt>`}<dd><bdi>${escapeUTF8(value)}</bdi></dd></div>`
}

const css = `* { box-sizing: border-box; margin: 0 } body { font: 15px/1.3 system-ui, sans-serif; padding: 12px; background: #f2f2f4; color: #1c1c22 }
main { max-width: 340px; margin: 0 auto; padding: 16px; border-radius: 14px; box-shadow: 0 1px 6px #0003; overflow-wrap: anywhere }
header { display: flex; align-items: center; gap: 10px; min-height: 34px } header img { max-height: 34px; max-width: 130px }
h1 { font-size: 24px; line-height: 1.15; margin: 14px 0 } dl { display: flex; flex-wrap: wrap; gap: 8px 18px; margin: 0 0 12px }
dt { font-size: 11px; font-weight: 600; opacity: .8 } dd { margin: 0 }
.qr { width: 180px; margin: 16px auto 4px; padding: 12px; border-radius: 10px; background: #fff; color: #000; text-align: center }
.qr svg { display: block; width: 100%; height: auto } .qr small { font-size: 11px } .more { display: block; max-width: 340px; margin: 14px auto 0 }
.more div { padding: 6px 0; border-top: 1px solid #0002; overflow-wrap: anywhere }`

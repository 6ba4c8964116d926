import type * as z from 'zod'
import { contrast, darkenOnWhite, textColourOn, textContrast } from '../../contract/colours.ts'
import { type Branding, type brandingAnswer, brandPictures, brandPictureTypes } from '../../contract/schemas/branding.ts'
import { updateBranding } from '../../database/events.ts'
import { countOutdated } from '../../database/tickets.ts'
import { ValidationError } from '../../errors.ts'
import { damaged, readAsset, unknownType } from '../../template/check/assets/asset.ts'
import { measurePicture } from '../../template/check/assets/picture-data.ts'
import type { Clients } from '../clients.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { requireEvent } from './read-events.ts'

type BrandingClients = Clients<'sql' | 'trials'>
type Answer = z.input<typeof brandingAnswer>

/** A picture of a request: its field, and its description or the reason to refuse it. */
interface Picture {
  path: string
  url: string
  reading: NonNullable<Answer['logo']> | { problem: string }
}

/**
 * Replaces an event's branding, from which tickets are printed. Counts the tickets that this leaves outdated.
 * Idempotent.
 * @throws EventNotFoundError when the event is not registered, and what `readBranding` throws.
 */
export async function replaceBranding(clients: BrandingClients, eventId: number, request: Branding): Promise<Answer> {
  const { sql } = clients
  await requireEvent(sql, eventId)
  const { branding, pictures, mended } = await readBranding(clients, request)
  await updateBranding(sql, eventId, branding)
  const { accent = null, ink = null, organiser = null, website = null, terms = null } = branding
  return {
    eventId,
    ...pictures,
    accent,
    onAccent: accent && textColourOn(accent),
    ink,
    organiser,
    website,
    terms,
    mended,
    outdatedTickets: await countOutdated(sql, eventId),
  }
}

/**
 * Reads the branding of a request: its pictures become `data:` URLs, and a pale ink is darkened.
 * @throws ValidationError that lists every picture of a wrong type or size, or that does not decode.
 * @throws TicketGenerationError when the renderer, which decodes the pictures, is unavailable.
 */
export async function readBranding(clients: BrandingClients, request: Branding) {
  const logo = readPicture('logo', request.logo)
  const background = readPicture('background', request.background)
  const sponsors = (request.sponsors ?? []).flatMap((each, index) => readPicture('sponsors', each, `sponsors[${index}]`) ?? [])
  const { about, passLogo } = await checkPictures(clients, [logo, background, ...sponsors])
  const branding: Branding = {
    ...request,
    ...(request.ink ? { ink: darkenOnWhite(request.ink) } : {}),
    ...(logo ? { logo: logo.url } : {}),
    ...(passLogo ? { passLogo: `data:image/png;base64,${passLogo}` } : {}),
    ...(background ? { background: background.url } : {}),
    sponsors: sponsors.length > 0 ? sponsors.map(({ url }) => url) : undefined,
  }
  const pictures = {
    logo: about('logo') ?? null,
    background: about('background') ?? null,
    sponsors: sponsors.flatMap(({ path }) => about(path) ?? []),
  }
  return { branding, pictures, mended: listMended(request, branding) }
}

/** Lists the colours that replace requested ones, or white text on the accent. */
function listMended({ accent, ink }: Branding, branding: Branding): Answer['mended'] {
  const white = '#ffffff'
  const poor = (what: string, colour: string) =>
    `${what} has a contrast of ${contrast(white, colour).toFixed(1)}; at least ${textContrast} is readable`
  const mended: Answer['mended'] = []
  if (ink && branding.ink && branding.ink !== ink)
    mended.push({ field: 'ink', given: ink, used: branding.ink, problem: poor('it on white', ink) })
  const onAccent = accent ? textColourOn(accent) : white
  if (accent && onAccent !== white)
    mended.push({ field: 'onAccent', given: white, used: onAccent, problem: poor('white text on the accent', accent) })
  return mended
}

function readPicture(field: keyof typeof brandPictures, base64: string | undefined, path: string = field): Picture | undefined {
  if (base64 === undefined) return undefined
  const content = Buffer.from(base64, 'base64')
  const asset = readAsset(content, brandPictures[field].pixels)
  const type = brandPictureTypes.find((each) => 'type' in asset && each === asset.type)
  const picture = { path, url: `data:${type};base64,${base64}` }
  if (!type) return { ...picture, reading: 'problem' in asset && asset !== unknownType ? asset : { problem: wrongType } }
  const { width, height } = measurePicture(content)
  return { ...picture, reading: { type, width: Math.round(width), height: Math.round(height), bytes: content.length } }
}

const wrongType = 'must be a PNG, JPEG or SVG picture'

/**
 * The largest logo that a pass of Apple Wallet shows, in pixels of its sharpest screens. Source: Apple, "Pass
 * Design and Creation".
 */
const passLogoPixels = { width: 480, height: 150 }

/**
 * Checks that the browser can decode all pictures, and has it draw a logo that is not a PNG as one.
 * @returns A function from a picture's path to its description, and the drawn logo in base64.
 */
async function checkPictures({ trials }: BrandingClients, all: (Picture | undefined)[]) {
  const pictures = all.filter((picture) => picture !== undefined)
  const problems = pictures.flatMap(({ path, reading }) => ('problem' in reading ? [{ path, problem: reading.problem }] : []))
  const good = pictures.flatMap(({ path, url, reading }) => ('problem' in reading ? [] : [{ path, url, about: reading }]))
  let passLogo: string | null = null
  if (problems.length === 0 && good.length > 0) {
    const index = good.findIndex(({ path, about }) => path === 'logo' && about.type !== 'image/png')
    const answer = await trials.ask({
      pictures: good.map(({ url, about: { type } }) => ({ type, url })),
      ...(index >= 0 ? { drawn: { index, ...passLogoPixels } } : {}),
    })
    const { areGood, png } = expectOutcome(answer, 'decoded')
    passLogo = png
    problems.push(...good.flatMap(({ path }, index) => (areGood[index] ? [] : [{ path, ...damaged }])))
  }
  if (problems.length > 0) throw new ValidationError('The pictures are not valid; see details.', problems)
  return { about: (path: string) => good.find((picture) => picture.path === path)?.about, passLogo }
}

import { createHash } from 'node:crypto'
import type * as z from 'zod'
import type { FieldProblem } from '../../contract/errors.ts'
import type { SentTemplate } from '../../contract/schemas/render.ts'
import type { checkRequest } from '../../contract/schemas/templates.ts'
import type { DataValue } from '../../contract/schemas/values.ts'
import { templateLimits } from '../../contract/template-check.ts'
import type { Sql } from '../../database/client.ts'
import { type AssetRow, findAssetContents, findAssets } from '../../database/template-assets.ts'
import type { TemplateRow } from '../../database/templates.ts'
import { ValidationError } from '../../errors.ts'
import { readAsset } from '../../template/check/assets/asset.ts'
import { hashContent } from '../content-hash.ts'
import type { TicketData } from '../guests/ticket-subject.ts'

/** A template in a request. */
export type TemplateDraft = Omit<z.output<typeof checkRequest>, 'trial'>

/** The content of a template, its assets in full. */
export type TemplateContent = Pick<TemplateRow, 'name' | 'source' | 'sample' | 'labels' | 'sheet'> & { assets: AssetRow[] }

/**
 * Reads a draft: decodes assets and detects their types, or looks them up by hash.
 * @throws ValidationError that lists every invalid asset.
 */
export async function readDraft(sql: Sql, draft: TemplateDraft): Promise<TemplateContent> {
  const hashes = draft.assets.flatMap(({ sha256 }) => sha256 ?? [])
  const stored = hashes.length > 0 ? await findAssetContents(sql, hashes) : []
  const readings = draft.assets.map((asset, index) => readOne(asset, index, stored))
  const assets = readings.flatMap((reading) => ('content' in reading ? [reading] : []))
  const problems = readings.flatMap((reading) => ('path' in reading ? [reading] : []))
  const bytes = assets.reduce((sum, { content }) => sum + content.length, 0)
  if (bytes > templateLimits.assetsBytes)
    problems.push({ path: 'assets', problem: `must be at most ${templateLimits.assetsBytes / 1024} KB together` })
  if (problems.length > 0) throw new ValidationError('The assets are not valid; see details.', problems)
  const { name = '', source, sample = {}, labels, sheet = null } = draft
  return { name, source, sample: withoutAbsent(sample), labels, sheet, assets }
}

/** Removes undefined values. */
export function withoutAbsent(data: TicketData): Record<string, DataValue> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )
}

/** Reads the content of a stored version. */
export async function readVersion(sql: Sql, row: TemplateRow): Promise<TemplateContent> {
  const { name, source, sample, labels, sheet } = row
  return { name, source, sample, labels, sheet, assets: await findAssets(sql, row.id, row.version) }
}

/** Hashes the content of a template. */
export function hashTemplate({ assets, ...rest }: TemplateContent): string {
  return hashContent({ ...rest, assets: Object.fromEntries(assets.map(({ name, content_hash }) => [name, content_hash])) })
}

/** Encodes a template for a request to the renderer, its assets in base64. */
export function encodeTemplate({ source, sample, labels, sheet, assets }: TemplateContent): SentTemplate {
  const sent = assets.map(({ name, type, content }) => ({ name, type, content: content.toString('base64') }))
  return { source, sample, labels, sheet, assets: sent }
}

/** A template received by the renderer, its assets decoded. */
export type DecodedTemplate = ReturnType<typeof decodeTemplate>

/** Decodes a template that came in a request to the renderer. */
export function decodeTemplate({ source, labels, sample, assets }: SentTemplate) {
  return { source, labels, sample, assets: assets.map((asset) => ({ ...asset, content: Buffer.from(asset.content, 'base64') })) }
}

function readOne(
  { name, content, sha256 }: TemplateDraft['assets'][number],
  index: number,
  stored: Omit<AssetRow, 'name'>[],
): AssetRow | FieldProblem {
  if (content === undefined) {
    const found = stored.find(({ content_hash }) => content_hash === sha256)
    const problem = 'matches no stored asset; send its content instead'
    return found ? { name, ...found } : { path: `assets[${index}].sha256`, problem }
  }
  const bytes = Buffer.from(content, 'base64')
  const reading = readAsset(bytes)
  if ('problem' in reading) return { path: `assets[${index}].content`, problem: reading.problem }
  return { name, type: reading.type, content: bytes, content_hash: createHash('sha256').update(bytes).digest('hex') }
}

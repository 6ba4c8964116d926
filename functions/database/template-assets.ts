import type { AssetType } from '../contract/template-check.ts'
import type { Queryable } from './client.ts'

/** An image or font under its name in a template. `content_hash` is the SHA-256 of its content in hex. */
export interface AssetRow {
  name: string
  type: AssetType
  content: Buffer
  content_hash: string
}

/** Reads the assets of a version, by name. */
export async function findAssets(sql: Queryable, templateId: number, version: number): Promise<AssetRow[]> {
  return await sql<AssetRow[]>`
    SELECT used.name, asset.type, asset.content, asset.content_hash
    FROM template_version_assets used JOIN template_assets asset USING (content_hash)
    WHERE used.template_id = ${templateId} AND used.version = ${version} ORDER BY used.name`
}

/** Reads assets of any version by the hash of their content. */
export async function findAssetContents(sql: Queryable, hashes: string[]): Promise<Omit<AssetRow, 'name'>[]> {
  return await sql<Omit<AssetRow, 'name'>[]>`
    SELECT type, content, content_hash FROM template_assets WHERE content_hash = ANY(${hashes})`
}

/** Inserts the assets of a new version; equal content is stored once. */
export async function insertAssets(sql: Queryable, template: { id: number; version: number }, assets: AssetRow[]): Promise<void> {
  // A consistent lock order prevents deadlock.
  const inOrder = assets.toSorted((one, other) => (one.content_hash < other.content_hash ? -1 : 1))
  for (const { content_hash, type, content } of inOrder)
    await sql`
      INSERT INTO template_assets (content_hash, type, content) VALUES (${content_hash}, ${type}, ${content})
      ON CONFLICT DO NOTHING`
  await sql`
    INSERT INTO template_version_assets (template_id, version, name, content_hash)
    SELECT ${template.id}, ${template.version}, name, content_hash
    FROM UNNEST(${assets.map(({ name }) => name)}::text[], ${assets.map((asset) => asset.content_hash)}::text[])
      AS used (name, content_hash)`
}

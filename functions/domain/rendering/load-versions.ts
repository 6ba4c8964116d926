import { LRUCache } from 'lru-cache'
import type { Sql } from '../../database/client.ts'
import type { PendingItem } from '../../database/generation-logs.ts'
import { TicketGenerationError } from '../../errors.ts'
import type { ComparedPrints } from '../../print/compare/compared-prints.ts'
import type { TicketTemplate } from '../../template/compile.ts'
import { TemplateNotFoundError } from '../errors.ts'
import { findVersion } from '../templates/choose-version.ts'
import { compileContent } from '../templates/compile-content.ts'
import { readVersion } from '../templates/template-content.ts'

/** A version of a template, ready to fill; `compared` is its trial's verdict on shared prints, if any. */
export interface Version {
  template: TicketTemplate
  compared?: ComparedPrints
}

/** The key of a template version. */
export type VersionName = Pick<PendingItem, 'template_id' | 'template_version'>

/**
 * Loads the template versions of items, through a cache, since versions are immutable.
 * @returns A function from an item to its version, which throws where there is none or it no longer compiles.
 */
export async function loadVersions(sql: Sql, items: VersionName[]): Promise<(item: VersionName) => Version> {
  const versions = new Map<string, () => Version>()
  for (const item of items) {
    const name = nameOf(item)
    if (!versions.has(name)) versions.set(name, await load(sql, item).catch(deferError))
  }
  return (item) => {
    const version = versions.get(nameOf(item))
    if (!version) throw new TemplateNotFoundError(item.template_id, item.template_version)
    return version()
  }
}

/** Defers a version's error to the items that use it; other items of the call are unaffected. */
function deferError(error: unknown): () => never {
  if (!(error instanceof TicketGenerationError)) throw error
  return () => {
    throw error
  }
}

// With its images and fonts, a version takes up to two megabytes.
const cache = new LRUCache<string, Version>({ max: 50 })

async function load(sql: Sql, item: VersionName): Promise<() => Version> {
  const name = nameOf(item)
  const version = cache.get(name) ?? (await read(sql, item))
  cache.set(name, version)
  return () => version
}

async function read(sql: Sql, { template_id, template_version }: VersionName): Promise<Version> {
  const row = await findVersion(sql, { templateId: template_id, templateVersion: template_version })
  const template = compileContent(await readVersion(sql, row))
  // Older versions have a trial without a comparison.
  const { compared } = row.trial ?? {}
  return { template, ...(compared ? { compared } : {}) }
}

function nameOf({ template_id, template_version }: VersionName): string {
  return `${template_id} ${template_version}`
}

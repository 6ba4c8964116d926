import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'

/** File names in the browser by import specifier, where they differ from the specifier's own base name. */
export type ModuleNames = Readonly<Record<string, string>>

/**
 * Reads a module for a page, strips its types, and rewrites its imports to files in one flat folder. JSON becomes a
 * module too, since older phones cannot import it.
 */
export async function readPageModule(file: string, names: ModuleNames = {}): Promise<Buffer> {
  const content = (await readFile(file)).toString()
  if (file.endsWith('.json')) return Buffer.from(`export default ${content}`)
  const script = file.endsWith('.ts') ? stripTypeScriptTypes(content) : content
  const flatten = (_whole: string, begin: string, quote: string, specifier: string) => {
    const name = names[specifier] ?? path.posix.basename(specifier).replace(/\.ts$|(?<=\.json)$/, '.js')
    return `${begin}${quote}./${name}${quote}`
  }
  return Buffer.from(script.replace(/((?:\bfrom|\bimport)\s*\(?\s*)(["'])([^"'\n]+)\2(?:\s*with\s*\{[^}]*\})?/g, flatten))
}

/**
 * Writes a page's Content-Security-Policy: scripts, styles, images and connections of our own origin, and
 * nothing else. `more` adds sources to a directive, or adds directives.
 */
export function pagePolicy(more: Readonly<Record<string, string>> = {}): string {
  const own = { 'script-src': "'self'", 'style-src': "'self'", 'img-src': "'self'", 'connect-src': "'self'" }
  const sources: Record<string, string> = { ...own, ...more }
  for (const [directive, source] of Object.entries(own)) sources[directive] = [source, more[directive]].filter(Boolean).join(' ')
  const allowed = Object.entries(sources).map(([directive, source]) => `${directive} ${source}`)
  return ["default-src 'none'", ...allowed, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join('; ')
}

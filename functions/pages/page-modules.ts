import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'

/** A file of a page, ready to send to the browser. */
export interface PageFile {
  media: string
  content: Buffer
  headers: Record<string, string>
}

/**
 * Reads a module for a page, strips its types, and rewrites its imports to files in one flat folder. `names` are the
 * file names of specifiers whose base name is not one. JSON becomes a module, since older phones cannot import it.
 */
export async function readPageModule(file: string, names: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  const content = await readFile(file, 'utf8')
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

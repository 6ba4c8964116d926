import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'

/** Gives the file that an import names where it is called otherwise in the browser, by what the import says. */
export type ModuleNames = Readonly<Record<string, string>>

/** Reads a module for a page: TypeScript comes out as JavaScript, and its imports as from files that all lie in one folder. */
export async function readPageModule(file: string, names: ModuleNames = {}): Promise<Buffer> {
  const content = (await readFile(file)).toString()
  const script = file.endsWith('.ts') ? stripTypeScriptTypes(content) : content
  const flatten = (_whole: string, begin: string, quote: string, specifier: string) => {
    const name = names[specifier] ?? path.posix.basename(specifier).replace(/\.ts$/, '.js')
    return `${begin}${quote}./${name}${quote}`
  }
  return Buffer.from(script.replace(/((?:\bfrom|\bimport)\s*\(?\s*)(["'])([^"'\n]+)\2/g, flatten))
}

/**
 * Writes the Content-Security-Policy of a page: everything comes from here, and nothing else may be loaded, run or talked to. `more` adds
 * sources to a directive, or directives.
 */
export function pagePolicy(more: Readonly<Record<string, string>> = {}): string {
  const own = { 'script-src': "'self'", 'style-src': "'self'", 'img-src': "'self'", 'connect-src': "'self'" }
  const sources: Record<string, string> = { ...own, ...more }
  for (const [directive, source] of Object.entries(own)) sources[directive] = [source, more[directive]].filter(Boolean).join(' ')
  const allowed = Object.entries(sources).map(([directive, source]) => `${directive} ${source}`)
  return ["default-src 'none'", ...allowed, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join('; ')
}

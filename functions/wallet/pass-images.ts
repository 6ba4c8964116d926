import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PassFile } from './apple-pass.ts'

/** Reads the images that every pass for Apple Wallet carries. */
export async function readPassImages(): Promise<PassFile[]> {
  const folder = path.join(import.meta.dirname, 'images')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort()
  return await Promise.all(names.map(async (name) => ({ name, content: await readFile(path.join(folder, name)) })))
}

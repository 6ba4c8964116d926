import { dirname } from 'node:path'

/** Names the folder that a report lists a file under: the two outer folders of its path from the project's root. */
export function folderOf(file: string): string {
  return dirname(file).split('/').slice(0, 2).join('/')
}

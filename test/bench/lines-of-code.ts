import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderOf } from '../folder-of.ts'

/** Lines of a file or folder: all of them, and those that are neither blank nor comment. */
interface Lines {
  all: number
  code: number
}

const root = join(import.meta.dirname, '../..')
const sources = ['bin/**/*.ts', 'functions/**/*.ts', 'lib/**/*.ts', 'test/**/*.ts']
const files = globSync(sources, { cwd: root, exclude: ['**/node_modules/**', 'test/bench/peers/**'] }).sort()

const row = (folder: string, count: string, { code, all }: Record<keyof Lines, string>) =>
  `${folder.padEnd(28)}${count.padStart(7)}${code.padStart(9)}${all.padStart(9)}`
const describe = (folder: string, members: string[]) => {
  const lines = addUp(members.map((file) => countLines(readFileSync(join(root, file), 'utf8'))))
  const numbers = { code: lines.code.toLocaleString('en'), all: lines.all.toLocaleString('en') }
  return row(folder, String(members.length), numbers)
}

const generated = files.filter((file) => file.includes('/generated/'))
const product = files.filter((file) => !file.startsWith('test/') && !generated.includes(file))
console.log(
  [
    'Lines of TypeScript. "Code" leaves out blank lines and comments.',
    '',
    row('Folder', 'Files', { code: 'Code', all: 'All' }),
    ...[...Map.groupBy(files, folderOf)].map(([folder, members]) => describe(folder, members)),
    '',
    describe('bin, functions and lib', product),
    describe('made by a generator', generated),
    describe('all', files),
  ].join('\n'),
)

/** Counts lines. The formatter keeps every comment that counts on lines of its own. */
function countLines(text: string): Lines {
  const lines = text.trimEnd().split('\n')
  let isInComment = false
  const code = lines.filter((line) => {
    const trimmed = line.trim()
    const isComment = isInComment || trimmed.startsWith('//') || trimmed.startsWith('/*')
    if (trimmed.startsWith('/*')) isInComment = true
    if (isInComment && trimmed.includes('*/')) isInComment = false
    return trimmed !== '' && !isComment
  })
  return { all: lines.length, code: code.length }
}

function addUp(parts: Lines[]): Lines {
  return parts.reduce((sum, { all, code }) => ({ all: sum.all + all, code: sum.code + code }), { all: 0, code: 0 })
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** What a terminal shows from a time on. */
interface Frame {
  at: number
  lines: string[]
}

const words = ['batch', '--event', '2036', '--guests', 'guests.csv', '--out', 'tickets/', '--batch-id', 'aurora']
const asTerminal = 'data:text/javascript,process.stderr.isTTY=true;process.stderr.columns=84'

/** Records what `npx tickets batch` shows on a terminal, as frames. */
export async function recordBatch(url: string, guestCount: number): Promise<Frame[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'recording-'))
  const rows = Array.from({ length: guestCount }, (_, index) => `${index + 1},Guest,Number ${index + 1},VIP`)
  await writeFile(path.join(folder, 'guests.csv'), ['guestId,firstName,lastName,ticketType', ...rows].join('\n'))
  const program = path.join(import.meta.dirname, '../../bin/tickets.ts')
  const child = spawn(process.execPath, ['--import', asTerminal, program, ...words], {
    cwd: folder,
    env: { ...process.env, TICKETS_URL: url },
  })
  const start = performance.now()
  const frames: Frame[] = []
  let text = `$ npx tickets ${words.join(' ')}\n`
  const take = (chunk: Buffer) => {
    text += chunk
    frames.push({ at: performance.now() - start, lines: linesOf(text) })
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  await once(child, 'close')
  await rm(folder, { recursive: true })
  return frames
}

/** Lists the lines that a terminal shows: a carriage return starts the line anew. */
function linesOf(text: string): string[] {
  const lines = stripVTControlCharacters(text.replaceAll('\r\n', '\n')).split('\n')
  return lines.map((line) => line.split('\r').at(-1) ?? '').filter((line, index, all) => line !== '' || index < all.length - 1)
}

const lineHeight = 20
const [playMs, holdMs, leastFrameMs] = [6000, 3000, 60]

/** Draws frames as an SVG that plays them over and over, with styles alone. */
export function drawRecording(frames: readonly Frame[]): string {
  const [firstAt = 0, lastAt = 0] = [frames[0]?.at, frames.at(-1)?.at]
  const pace = playMs / Math.max(1, lastAt - firstAt)
  const paced = frames
    .map(({ at, lines }) => ({ at: Math.round((at - firstAt) * pace), lines }))
    .filter(({ at }, index, all) => (all[index + 1]?.at ?? Number.POSITIVE_INFINITY) - at >= leastFrameMs)
  const total = playMs + holdMs
  const height = (Math.max(...paced.map(({ lines }) => lines.length)) + 2) * lineHeight
  const drawn = paced.map(({ at, lines }, index) => {
    const next = paced[index + 1]
    const [from, until] = [at, next?.at ?? total].map((ms) => ((100 * ms) / total).toFixed(2))
    const start = index === 0 ? '' : '0%{opacity:0}'
    const end = next ? `${until}%{opacity:0}` : ''
    const rule = `@keyframes f${index}{${start}${index === 0 ? 0 : from}%{opacity:1}${end}}#f${index}{animation:f${index} ${total}ms infinite step-end}`
    // Where motion is not wanted, only the last frame is shown.
    const style = `<style>@media (prefers-reduced-motion:no-preference){${rule}}</style>`
    const texts = lines.map((line, row) => `<text x="16" y="${(row + 2) * lineHeight - 6}">${escapeText(line)}</text>`)
    return `${style}<g id="f${index}"${next ? ' opacity="0"' : ''}>${texts.join('')}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 ${height}" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="13.500" fill="#e4e8ee" xml:space="preserve">
<title>npx tickets batch: guests are registered, tickets printed and saved</title>
<rect width="760" height="${height}" rx="8" fill="#14181f"/>
${drawn.join('\n')}
</svg>
`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

import type * as z from 'zod'
import type { detailedHealth } from '../../../functions/contract/schemas/answers.ts'
import { find } from '../../../functions/pages/door/find.ts'
import type { Described } from '../picture.ts'
import { Chart } from './chart.ts'

const refreshIntervalMs = 2000
const healthIntervalMs = 15_000
const charts = new Map<string, Chart>()
const minutes = find('minutes', HTMLSelectElement)
let lastRead = ''

minutes.addEventListener('change', refresh)
addEventListener('resize', () => charts.forEach((chart) => void chart.fit()))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => charts.forEach((chart) => void chart.repaint()))
await refresh()
await showHealth()
setInterval(refresh, refreshIntervalMs)
// Asked rarely: the health check prints a page, which would dominate the figures of an idle service.
setInterval(showHealth, healthIntervalMs)

async function refresh(): Promise<void> {
  const warning = find('unreachable', HTMLElement)
  try {
    const response = await fetch(`dashboard/readings.json?minutes=${minutes.value}`, {
      signal: AbortSignal.timeout(healthIntervalMs),
    })
    if (!response.ok) throw new Error(`The service answers ${response.status}`)
    show(await response.json())
    if (!warning.hidden) void showHealth()
    warning.hidden = true
  } catch {
    const since = lastRead ? ` The charts show what was measured until ${lastRead}.` : ''
    say(
      warning,
      `${location.origin} cannot be reached: start it with “npm start”.${since} This page tries again every 2 seconds.`,
    )
    warning.hidden = false
    find('health', HTMLElement).textContent = ''
  }
}

function show({ now, alarms, series }: Described): void {
  lastRead = new Date(now).toLocaleTimeString('en-GB')
  const raised = alarms.filter(({ state }) => state === 'alarm')
  const lines = raised.map(({ name, meaning }) => ({ className: 'alarm', text: `Alarm ${name}: ${meaning}` }))
  const list = find('alarms', HTMLElement)
  const shown = lines.length > 0 ? lines : [{ className: 'ok', text: 'No alarms.' }]
  if (list.innerText !== shown.map(({ text }) => text).join('\n')) list.replaceChildren(...shown.map(line))
  for (const [section, inSection] of Map.groupBy(series, (one) => one.section))
    for (const [title, inWidget] of Map.groupBy(inSection, (one) => one.title)) chartOf(section, title).show(inWidget, now)
}

function line({ className, text }: { className: string; text: string }): HTMLElement {
  return Object.assign(document.createElement('li'), { className, textContent: text })
}

function chartOf(section: string, title: string): Chart {
  const key = `${section} ${title}`
  const chart = charts.get(key) ?? new Chart(title)
  if (!charts.has(key)) rowOf(section).append(chart.element)
  charts.set(key, chart)
  return chart
}

function rowOf(section: string): HTMLElement {
  const sections = find('sections', HTMLElement)
  const found = sections.querySelector<HTMLElement>(`[data-section="${CSS.escape(section)}"]`)
  if (found) return found
  const row = Object.assign(document.createElement('div'), { className: 'widgets' })
  row.dataset.section = section
  sections.append(Object.assign(document.createElement('h2'), { textContent: section }), row)
  return row
}

async function showHealth(): Promise<void> {
  try {
    const response = await fetch('health/detailed', { signal: AbortSignal.timeout(healthIntervalMs) })
    const { status, dependencies }: z.output<typeof detailedHealth> = await response.json()
    const down = Object.entries(dependencies).flatMap(([name, works]) => (works ? [] : [name]))
    say(find('health', HTMLElement), `${location.origin} is ${status}${down.length > 0 ? ` (down: ${down.join(', ')})` : ''}`)
  } catch {
    find('health', HTMLElement).textContent = ''
  }
}

/** Writes a text once, so that a screen reader does not repeat it. */
function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

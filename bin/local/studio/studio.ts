import { find } from '../../../functions/pages/door/find.ts'
import type { StudioSettings } from '../gateway/studio-routes.ts'
import { PageController } from './page-controller.ts'
import { stepProblem } from './problems.ts'
import { readSettings } from './service-calls.ts'

openTheme()
try {
  const settings = await readSettings()
  if (settings.signed)
    stop(
      `This server only accepts signed requests, which a browser cannot send. Run "npx tickets studio --url ${location.origin} --region <region>", and open the link that it prints.`,
    )
  else {
    showService(settings)
    start(new PageController(settings))
  }
} catch (error) {
  stop(error instanceof Error ? error.message : String(error))
}

function stop(reason: string): void {
  for (const id of ['templates', 'studio']) find(id, HTMLElement).hidden = true
  find('stop', HTMLElement).hidden = false
  find('stop-reason', HTMLElement).textContent = reason
}

/** Shows which service the page changes, if it is not the page's own server, or that it changes nothing. */
function showService({ service, readOnly }: StudioSettings): void {
  find('service', HTMLElement).textContent = [service, readOnly ? 'Read-only: nothing is saved' : ''].filter(Boolean).join('\n')
  find('new', HTMLElement).hidden = readOnly
}

function start(controller: PageController): void {
  const place = () => location.hash.slice(1) || '1'
  const onClick = (id: string, act: () => void) => find(id, HTMLButtonElement).addEventListener('click', act)
  onClick('save', () => controller.save())
  onClick('save-new', () => controller.save(true))
  onClick('try', () => controller.tryPrint())
  onClick('archive', () => controller.archive())
  onClick('discard', () => controller.discard())
  onClick('download', () => controller.download())
  const version = find('version', HTMLSelectElement)
  version.addEventListener('change', () => controller.open(place(), Number(version.value)))
  addEventListener('keydown', (event) => handleKey(event, controller))
  addEventListener('hashchange', () => controller.open(place()))
  addEventListener('pagehide', () => controller.storeChanges())
  // Stored changes survive closing the page; the browser only asks about changes that could not be stored.
  addEventListener('beforeunload', (event) => {
    if (!controller.storeChanges()) event.preventDefault()
  })
  controller.open(place())
}

/** Saves on Ctrl-S or ⌘-S, and steps through the problems on F8 and Shift-F8. */
function handleKey(event: KeyboardEvent, controller: PageController): void {
  const isSave = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's'
  if (!isSave && event.key !== 'F8') return
  event.preventDefault()
  if (isSave) controller.save()
  else stepProblem(event.shiftKey ? -1 : 1)
}

/** Applies the chosen colour theme, and stores the choice. Without one the page follows the system. */
function openTheme(): void {
  const choice = find('theme', HTMLSelectElement)
  const show = () => {
    document.documentElement.dataset.theme = choice.value
  }
  choice.value = localStorage.getItem('studio:theme') ?? ''
  choice.addEventListener('change', () => {
    localStorage.setItem('studio:theme', choice.value)
    show()
  })
  show()
}

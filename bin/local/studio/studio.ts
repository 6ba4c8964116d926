import { find } from '../../../functions/pages/door/find.ts'
import { openPage } from './page.ts'
import { PageController } from './page-controller.ts'
import { stepProblem } from './problems.ts'

openTheme()
await openPage(['templates', 'studio'], (settings) => {
  find('new', HTMLElement).hidden = settings.readOnly
  start(new PageController(settings))
})

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

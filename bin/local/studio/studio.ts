import { find } from '../../../functions/pages/door/find.ts'
import { PageController } from './page-controller.ts'
import { stepProblem } from './problems.ts'
import { readSettings } from './service-calls.ts'
import { openTheme } from './theme.ts'

openTheme()
try {
  const settings = await readSettings()
  if (settings.signed)
    stop(
      'This server takes signed calls only, and a browser cannot sign. Start a local server without REQUIRE_AUTH, and open its /studio.',
    )
  else start(new PageController(settings))
} catch (error) {
  stop(error instanceof Error ? error.message : String(error))
}

function stop(reason: string): void {
  for (const id of ['templates', 'studio']) find(id, HTMLElement).hidden = true
  find('stop', HTMLElement).hidden = false
  find('stop-reason', HTMLElement).textContent = reason
}

function start(desk: PageController): void {
  const place = () => location.hash.slice(1) || '1'
  const onClick = (id: string, act: () => void) => find(id, HTMLButtonElement).addEventListener('click', act)
  onClick('save', () => desk.save())
  onClick('save-new', () => desk.save(true))
  onClick('try', () => desk.tryPrint())
  onClick('archive', () => desk.archive())
  onClick('discard', () => desk.discard())
  onClick('download', () => desk.download())
  const version = find('version', HTMLSelectElement)
  version.addEventListener('change', () => desk.open(place(), Number(version.value)))
  addEventListener('keydown', (event) => takeKey(event, desk))
  addEventListener('hashchange', () => desk.open(place()))
  addEventListener('pagehide', () => desk.keep())
  // What was kept is there again when the page is; only what was not is worth a question.
  addEventListener('beforeunload', (event) => {
    if (!desk.keep()) event.preventDefault()
  })
  desk.open(place())
}

/** Saves with Ctrl-S or ⌘-S, and steps through the problems with F8 and Shift-F8. */
function takeKey(event: KeyboardEvent, desk: PageController): void {
  const isSave = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's'
  if (!isSave && event.key !== 'F8') return
  event.preventDefault()
  if (isSave) desk.save()
  else stepProblem(event.shiftKey ? -1 : 1)
}

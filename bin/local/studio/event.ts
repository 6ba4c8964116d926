import { find } from '../../../functions/pages/door/find.ts'
import { element, readBase64 } from './element.ts'
import { openPage, whileBusy } from './page.ts'
import { type Branding, type EventPreview, previewEvent, saveBranding } from './service-calls.ts'

const texts = ['accent', 'ink', 'organiser', 'website', 'terms'] as const

await openPage(['templates', 'forms'], ({ readOnly }) => {
  find('save', HTMLButtonElement).hidden = readOnly
  start()
})

function start(): void {
  find('look', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    void run('Printing every form …', show)
  })
  find('save', HTMLButtonElement).addEventListener('click', () => {
    if (find('look', HTMLFormElement).reportValidity()) void run('Saving …', save)
  })
  const [eventId] = /^#(\d+)$/.exec(location.hash)?.slice(1) ?? []
  if (!eventId) return
  find('event', HTMLInputElement).value = eventId
  void run('Printing every form …', show)
}

/** Shows all forms of the event, in its stored branding, or in the branding on trial if that part is open. */
async function show(): Promise<string> {
  const eventId = readEventId()
  const isTried = find('branding', HTMLDetailsElement).open
  const branding = isTried ? { branding: await readBranding() } : {}
  const { forms, mended } = await previewEvent(eventId, { ...branding, locale: find('locale', HTMLSelectElement).value })
  find('forms', HTMLElement).replaceChildren(...forms.map(draw))
  const notes = mended.map(({ field, given, used, problem }) => `${field} ${given}: ${problem}. It is printed as ${used}.`)
  find('mended', HTMLElement).replaceChildren(...notes.map((note) => element('li', 'warning', note)))
  history.replaceState(null, '', `#${eventId}`)
  return isTried ? 'Shown in the branding on trial, which is not saved.' : 'Shown in the stored branding.'
}

async function save(): Promise<string> {
  const { outdatedTickets } = await saveBranding(readEventId(), await readBranding())
  return `Saved. ${outdatedTickets} printed tickets are outdated; a reprint, or opening the guest's link, prints them again.`
}

function draw(form: EventPreview['forms'][number]): HTMLElement {
  const figure = element('figure', form.type === 'text/html' ? 'page' : 'design', '')
  const name = 'templateId' in form ? `${form.form}, template ${form.templateId}` : form.form
  figure.append(
    element('figcaption', '', name),
    form.type === 'text/html' ? frame(form.content, name) : picture(form.content, name),
  )
  return figure
}

/** Shows a page in a frame in which no script may run; the browser would complain about those of the page. */
function frame(content: string, title: string): HTMLElement {
  const shown = element('iframe', '', '')
  Object.assign(shown, { srcdoc: content.replace(/<script\b.*?<\/script>/gs, ''), title })
  shown.setAttribute('sandbox', '')
  return shown
}

function picture(base64: string, alt: string): HTMLElement {
  return Object.assign(element('img', '', ''), { src: `data:image/png;base64,${base64}`, alt })
}

function readEventId(): number {
  return Number(find('event', HTMLInputElement).value)
}

async function readBranding(): Promise<Branding> {
  const fields = new FormData(find('look', HTMLFormElement))
  const written = texts.map((name) => [name, String(fields.get(name) ?? '').trim()])
  const read = (name: string) => Promise.all(fields.getAll(name).map(readFile))
  const [logo = ''] = await read('logo')
  const [background = ''] = await read('background')
  const sponsors = (await read('sponsors')).filter(Boolean)
  return {
    ...Object.fromEntries(written.filter(([, text]) => text)),
    ...(logo ? { logo } : {}),
    ...(background ? { background } : {}),
    ...(sponsors.length > 0 ? { sponsors } : {}),
  }
}

/** Reads a chosen file in base64; empty where none was chosen. */
async function readFile(file: FormDataEntryValue): Promise<string> {
  return typeof file === 'string' || file.size === 0 ? '' : await readBase64(file)
}

async function run(status: string, act: () => Promise<string>): Promise<void> {
  const show = (text: string) => {
    find('status', HTMLElement).textContent = text
  }
  await whileBusy({ ids: ['show', 'save'], show }, status, async () => show(await act()))
}

import { find } from '../../../functions/pages/door/find.ts'
import type { StudioSettings } from '../gateway/studio-routes.ts'
import { contentOf } from './draft.ts'
import { element, messageOf } from './element.ts'
import { showFields } from './fields-panel.ts'
import type { Form } from './form.ts'
import { downloadPdf, openPreview, type Preview, type Ticket } from './preview.ts'
import { showCheck, showNoCheck } from './problems.ts'
import { type Check, type Content, checkDraft } from './service-calls.ts'

const pauseMs = 200

/** Keeps a draft's preview and problems up to date with its edits. */
export class Proof {
  private readonly form: Form
  private readonly guests: Guests
  private readonly preview: Preview
  private pause: ReturnType<typeof setTimeout> | undefined
  private checking: AbortController | undefined
  private fields: Pick<Check, 'variables' | 'required'> = { variables: [], required: [] }

  constructor(form: Form, guests: StudioSettings['guests']) {
    this.form = form
    this.guests = openGuests(guests, () => this.showPicture())
    this.preview = openPreview(() => this.showPicture())
  }

  /** Updates once typing pauses, and calls `onPause` first. */
  soon(onPause: () => void): void {
    clearTimeout(this.pause)
    this.pause = setTimeout(() => {
      onPause()
      this.now()
    }, pauseMs)
  }

  /** Updates immediately, and ignores responses to earlier requests. */
  async now(): Promise<void> {
    this.stop()
    const { content, broken } = contentOf(this.form.read())
    this.form.showBroken(broken)
    await Promise.all([this.check(content, false), this.showPicture()])
  }

  /** Cancels a pending update and the running check. */
  stop(): void {
    clearTimeout(this.pause)
    this.checking?.abort()
  }

  /** Checks a draft, optionally with a trial print, and shows the result. */
  async check(content: Content, trial: boolean): Promise<void> {
    this.stop()
    this.checking = new AbortController()
    const { signal } = this.checking
    try {
      const found = await checkDraft(content, { trial, signal })
      this.fields = found
      showFields(found, this.guests.apply(content))
      this.showFound(found)
    } catch (error) {
      if (signal.aborted) return
      this.form.mark([])
      showNoCheck(messageOf(error))
    }
  }

  /** Shows the result of a check, in the list and in the editor. */
  showFound(check: Pick<Check, 'problems' | 'omitted' | 'trial'>): void {
    this.form.mark(check.problems)
    showCheck(check, this.form.goTo)
  }

  /** Downloads the chosen guest's ticket as a PDF file. */
  async download(content: Content): Promise<void> {
    await downloadPdf(this.guests.apply(content)[0].content)
  }

  private async showPicture(): Promise<void> {
    const tickets = this.guests.apply(contentOf(this.form.read()).content)
    showFields(this.fields, tickets)
    await this.preview.show(tickets)
  }
}

/** The choice of the guests whose tickets are shown. */
interface Guests {
  /** Replaces a template's sample by each chosen guest; one or two are. */
  apply(content: Content): [Ticket, ...Ticket[]]
}

/**
 * Offers the template's own sample and the guests of the trial print. A trial guest takes over only those
 * sample fields that no trial guest has, so that fields missing from a guest are missing in the preview.
 */
function openGuests(guests: StudioSettings['guests'], onChoice: () => void): Guests {
  const offer = (id: string, ...first: [value: string, text: string][]) => {
    const choice = find(id, HTMLSelectElement)
    const trial = element('optgroup', '', '')
    trial.label = 'Trial print guests'
    trial.append(...guests.map(({ name }) => element('option', '', name)))
    choice.replaceChildren(...first.map(([value, text]) => new Option(text, value)), trial)
    choice.addEventListener('change', onChoice)
    return choice
  }
  const choice = offer('guest', ['', 'Sample'])
  const other = offer('other-guest', ['nobody', 'Nobody'], ['', 'Sample'])
  const given = new Set(guests.flatMap(({ data }) => Object.keys(data)))
  const fill = (content: Content, { value }: HTMLSelectElement): Ticket => {
    const guest = guests.find(({ name }) => name === value)
    if (!guest) return { guest: 'Sample', content }
    const others = Object.entries(content.sample ?? {}).filter(([name]) => !given.has(name))
    return { guest: guest.name, content: { ...content, sample: { ...Object.fromEntries(others), ...guest.data } } }
  }
  return { apply: (content) => [fill(content, choice), ...(other.value === 'nobody' ? [] : [fill(content, other)])] }
}

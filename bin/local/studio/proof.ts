import type { StudioSettings } from '../gateway/studio-routes.ts'
import { contentOf } from './draft.ts'
import type { Form } from './form.ts'
import { type Guests, openGuests } from './guests.ts'
import { downloadPdf, openPreview, type Preview } from './preview.ts'
import { showCheck, showNoCheck } from './problems.ts'
import { type Check, type Content, checkDraft } from './service-calls.ts'

const pauseMs = 200

/** Keeps what is seen of a draft, its picture and its problems, up with what is written. */
export class Proof {
  private readonly form: Form
  private readonly guests: Guests
  private readonly preview: Preview
  private pause: ReturnType<typeof setTimeout> | undefined
  private checking: AbortController | undefined

  constructor(form: Form, guests: StudioSettings['guests']) {
    this.form = form
    this.guests = openGuests(guests, () => this.showPicture())
    this.preview = openPreview(() => this.showPicture())
  }

  /** Shows what is written once the typing pauses, and does `also` then. */
  soon(also: () => void): void {
    clearTimeout(this.pause)
    this.pause = setTimeout(() => {
      also()
      this.now()
    }, pauseMs)
  }

  /** Shows what is written now; answers to what was written before are no longer waited for. */
  async now(): Promise<void> {
    this.stop()
    const { content, broken } = contentOf(this.form.read())
    this.form.showBroken(broken)
    await Promise.all([this.check(content, false), this.showPicture()])
  }

  /** No longer waits for a pause, nor for what the last check finds. */
  stop(): void {
    clearTimeout(this.pause)
    this.checking?.abort()
  }

  /** Checks a draft and shows what is found, with a trial print if wanted. */
  async check(content: Content, trial: boolean): Promise<void> {
    this.stop()
    this.checking = new AbortController()
    const { signal } = this.checking
    try {
      this.showFound(await checkDraft(content, { trial, signal }))
    } catch (error) {
      if (signal.aborted) return
      this.form.mark([])
      showNoCheck(error instanceof Error ? error.message : String(error))
    }
  }

  /** Shows what a check found, in the list and beside the lines. */
  showFound(check: Pick<Check, 'problems' | 'omitted' | 'trial'>): void {
    this.form.mark(check.problems)
    showCheck(check, this.form.goTo)
  }

  /** Saves the chosen guest's ticket as a PDF file. */
  async download(content: Content): Promise<void> {
    await downloadPdf(this.guests.seat(content))
  }

  private async showPicture(): Promise<void> {
    await this.preview.show(this.guests.seat(contentOf(this.form.read()).content), this.guests.name())
  }
}

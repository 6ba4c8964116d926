import type { StudioSettings } from '../gateway/studio-routes.ts'
import { contentOf, isSameDraft } from './draft.ts'
import { forgetDraft, type KeptDraft, keepDraft, keptPlaces, readKeptDraft } from './draft-memory.ts'
import { type Form, openForm } from './form.ts'
import { type Opened, openedAs, readPlace, takesVersions } from './opened.ts'
import { Proof } from './proof.ts'
import { archiveTemplate, CallError, type Content, listTemplates, saveTemplate, type Template } from './service-calls.ts'
import { showTemplates } from './template-list.ts'
import { showToolbar, showUnsaved, tell, whileBusy } from './toolbar.ts'

/** Is what the page's buttons and keys do to the one template that is open. */
export class PageController {
  private readonly form: Form
  private readonly proof: Proof
  private opened: Opened | undefined
  private openings = 0

  constructor({ guests, limits }: StudioSettings) {
    this.form = openForm(limits, () => {
      tell('')
      this.showState()
      this.proof.soon(() => this.keepOrTell())
    })
    this.proof = new Proof(this.form, guests)
  }

  /** Opens a template by its place, with what was not saved of it; with `version`, that one as it is stored. */
  async open(place: string, version?: number): Promise<void> {
    this.keep()
    this.openings += 1
    const mine = this.openings
    tell('')
    try {
      const next = await readPlace(place, version)
      if (mine !== this.openings) return
      const kept = version === undefined ? readKeptDraft(place) : null
      this.opened = next
      this.form.write(kept?.draft ?? next.saved)
      this.showState(kept)
      await Promise.all([this.proof.now(), this.showList()])
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error))
      await this.showList()
    }
  }

  /** Saves a new version, or with `asNew` or where no version can be added, a new template. What is typed meanwhile stays. */
  async save(asNew = false): Promise<void> {
    await whileBusy('Checking, printing on trial, and saving …', async () => {
      if (!this.opened) return
      const content = this.readContent()
      const isNew = asNew || !takesVersions(this.opened)
      this.proof.stop()
      try {
        await this.saveAs(isNew ? null : this.opened, content)
      } catch (error) {
        if (!(error instanceof CallError) || error.code !== 'TEMPLATE_INVALID') throw error
        tell('Not saved: the template has errors.')
        // The refusal names lines in words; the check has them in numbers, to mark them.
        await this.proof.check(content, true)
      }
    })
  }

  /** Prints the draft on trial, and shows what that finds. */
  async tryPrint(): Promise<void> {
    await whileBusy('Printing on trial …', async () => {
      await this.proof.check(this.readContent(), true)
      tell('')
    })
  }

  /** Takes the template out of use, or back. */
  async archive(): Promise<void> {
    await whileBusy('', async () => {
      const template = this.opened?.template
      if (!template) return
      await archiveTemplate(template.templateId, template.status === 'archived')
      await this.open(String(template.templateId))
      tell(template.status === 'archived' ? 'It takes tickets again.' : 'Archived: it makes no new tickets.')
    })
  }

  /** Goes back to what is stored. */
  async discard(): Promise<void> {
    if (!this.opened) return
    this.form.write(this.opened.saved)
    this.keep()
    this.showState()
    await Promise.all([this.proof.now(), this.showList()])
  }

  /** Saves the ticket that is shown as a PDF file. */
  async download(): Promise<void> {
    await whileBusy('', () => this.proof.download(this.readContent()))
  }

  /** Keeps what is not saved for when the page is opened again. Answers false where the browser has no room for it. */
  keep(): boolean {
    if (!this.opened) return true
    if (this.isChanged()) return keepDraft(this.opened.place, this.form.read(), this.opened.template?.version ?? 0)
    forgetDraft(this.opened.place)
    return true
  }

  private async saveAs(target: Opened | null, content: Content): Promise<void> {
    const before = this.opened
    const sent = this.form.read()
    const template = await saveTemplate(target?.template?.templateId ?? null, content)
    const isOld = target?.template?.version === template.version
    const said = isOld ? `Nothing has changed since version ${template.version}.` : `Saved as version ${template.version}.`
    if (before === this.opened) await this.continueWith(template, isSameDraft(this.form.read(), sent))
    else await this.showList()
    tell(before?.place === this.opened?.place || !target ? said : `${template.name}: ${said}`)
  }

  /** Has the saved version open; `isWritten` is whether nothing was typed since it was sent. */
  private async continueWith(template: Template, isWritten: boolean): Promise<void> {
    if (this.opened) forgetDraft(this.opened.place)
    this.opened = openedAs(template)
    history.replaceState(null, '', `#${this.opened.place}`)
    if (isWritten) {
      this.form.write(this.opened.saved)
      this.proof.showFound({ problems: template.warnings, trial: template.trial })
    } else this.proof.soon(() => this.keepOrTell())
    this.showState()
    await this.showList()
  }

  private isChanged(): boolean {
    return this.opened !== undefined && !isSameDraft(this.form.read(), this.opened.saved)
  }

  private readContent(): Content {
    const { content, broken } = contentOf(this.form.read())
    this.form.showBroken(broken)
    if (Object.keys(broken).length === 0) return content
    throw new Error(`What is written under ${Object.keys(broken).join(' and ')} is no JSON.`)
  }

  private showState(kept?: KeptDraft | null): void {
    if (!this.opened) return
    const isChanged = this.isChanged()
    const { template } = this.opened
    showToolbar(this.opened, isChanged)
    const since = kept ? ` They are from ${new Date(kept.keptAt).toLocaleString()}` : ''
    const base = kept && template && kept.version !== template.version ? `, when version ${kept.version} was the newest` : ''
    showUnsaved(isChanged ? `There are changes that are not saved.${since}${base}${since && '.'}` : '')
  }

  private keepOrTell(): void {
    if (!this.keep()) tell('The browser has no room to keep these changes: save them before you leave.')
  }

  private async showList(): Promise<void> {
    showTemplates(await listTemplates(), { current: this.opened?.place ?? '', kept: keptPlaces() })
  }
}

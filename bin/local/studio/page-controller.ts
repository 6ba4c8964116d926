import type { StudioSettings } from '../gateway/studio-routes.ts'
import {
  contentOf,
  isSameDraft,
  type Opened,
  openedAs,
  readPlace,
  type StoredDraft,
  StoredDrafts,
  takesVersions,
} from './draft.ts'
import { messageOf } from './element.ts'
import { type Form, openForm } from './form.ts'
import { Proof } from './proof.ts'
import { archiveTemplate, CallError, type Content, listTemplates, saveTemplate, type Template } from './service-calls.ts'
import { showStatus, showTemplates, showToolbar, showUnsaved, whileToolbarBusy } from './toolbar.ts'

/** The actions of the page's buttons and keys on the open template. */
export class PageController {
  private readonly form: Form
  private readonly proof: Proof
  private readonly drafts: StoredDrafts
  private readonly readOnly: boolean
  private opened: Opened | undefined
  private openCount = 0

  constructor({ guests, limits, service, readOnly }: StudioSettings) {
    this.drafts = new StoredDrafts(service)
    this.readOnly = readOnly
    this.form = openForm(limits, () => {
      showStatus('')
      this.showState()
      this.proof.soon(() => this.storeOrWarn())
    })
    this.proof = new Proof(this.form, guests)
  }

  /** Opens a template with its unsaved changes, or the given `version` as it is stored. */
  async open(place: string, version?: number): Promise<void> {
    this.storeChanges()
    this.openCount += 1
    const mine = this.openCount
    showStatus('')
    try {
      const next = await readPlace(place, version)
      if (mine !== this.openCount) return
      const stored = version === undefined ? this.drafts.read(place) : null
      this.opened = next
      this.form.write(stored?.draft ?? next.saved)
      this.showState(stored)
      await Promise.all([this.proof.now(), this.showList()])
    } catch (error) {
      showStatus(messageOf(error))
      await this.showList()
    }
  }

  /** Saves a version; or a new template with `asNew`, or if none can be added. Later edits stay unsaved. */
  async save(asNew = false): Promise<void> {
    if (this.readOnly) return showStatus('This studio is read-only: it saves nothing.')
    await whileToolbarBusy('Checking, trial printing and saving …', async () => {
      if (!this.opened) return
      const content = this.readContent()
      const isNew = asNew || !takesVersions(this.opened)
      this.proof.stop()
      try {
        await this.saveAs(isNew ? null : this.opened, content)
      } catch (error) {
        if (!(error instanceof CallError) || error.code !== 'TEMPLATE_INVALID') throw error
        showStatus('Not saved: the template has errors.')
        // The error names lines in its text; only the check returns positions to mark.
        await this.proof.check(content, true)
      }
    })
  }

  /** Runs a trial print of the draft, and shows its findings. */
  async tryPrint(): Promise<void> {
    await whileToolbarBusy('Running the trial print …', async () => {
      await this.proof.check(this.readContent(), true)
      showStatus('')
    })
  }

  /** Archives the template, or restores it. */
  async archive(): Promise<void> {
    await whileToolbarBusy('', async () => {
      const template = this.opened?.template
      if (!template) return
      await archiveTemplate(template.templateId, template.status === 'archived')
      await this.open(String(template.templateId))
      showStatus(
        template.status === 'archived' ? 'Restored: it can be used for tickets again.' : 'Archived: it makes no new tickets.',
      )
    })
  }

  /** Discards unsaved changes. */
  async discard(): Promise<void> {
    if (!this.opened) return
    this.form.write(this.opened.saved)
    this.storeChanges()
    this.showState()
    await Promise.all([this.proof.now(), this.showList()])
  }

  /** Downloads the previewed ticket as a PDF file. */
  async download(): Promise<void> {
    await whileToolbarBusy('', () => this.proof.download(this.readContent()))
  }

  /** Stores unsaved changes until the page is opened again; returns false if the browser has no room. */
  storeChanges(): boolean {
    if (!this.opened) return true
    if (this.isChanged()) return this.drafts.store(this.opened.place, this.form.read(), this.opened.template?.version ?? 0)
    this.drafts.delete(this.opened.place)
    return true
  }

  private async saveAs(target: Opened | null, content: Content): Promise<void> {
    const before = this.opened
    const sent = this.form.read()
    const template = await saveTemplate(target?.template?.templateId ?? null, content)
    const isOld = target?.template?.version === template.version
    const status = isOld ? `Nothing has changed since version ${template.version}.` : `Saved as version ${template.version}.`
    if (before === this.opened) await this.continueWith(template, isSameDraft(this.form.read(), sent))
    else await this.showList()
    showStatus(before?.place === this.opened?.place || !target ? status : `${template.name}: ${status}`)
  }

  /** Continues with the saved version. `isUnchanged` means that nothing was edited since it was sent. */
  private async continueWith(template: Template, isUnchanged: boolean): Promise<void> {
    if (this.opened) this.drafts.delete(this.opened.place)
    this.opened = openedAs(template)
    history.replaceState(null, '', `#${this.opened.place}`)
    if (isUnchanged) {
      this.form.write(this.opened.saved)
      this.proof.showFound({ problems: template.warnings, trial: template.trial })
    } else this.proof.soon(() => this.storeOrWarn())
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
    throw new Error(`Invalid JSON: ${Object.keys(broken).join(', ')}. Correct the fields marked below.`)
  }

  private showState(stored?: StoredDraft | null): void {
    if (!this.opened) return
    const isChanged = this.isChanged()
    const { template } = this.opened
    showToolbar(this.opened, { isChanged, readOnly: this.readOnly })
    const since = stored ? ` They are from ${new Date(stored.keptAt).toLocaleString()}` : ''
    const base = stored && template && stored.version !== template.version ? `, based on version ${stored.version}` : ''
    showUnsaved(isChanged ? `You have unsaved changes.${since}${base}${since && '.'}` : '')
  }

  private storeOrWarn(): void {
    if (!this.storeChanges()) showStatus('The browser cannot store these changes. Save them before you leave.')
  }

  private async showList(): Promise<void> {
    showTemplates(await listTemplates(), { current: this.opened?.place ?? '', drafts: this.drafts.places() })
  }
}

import { find } from '../../../functions/pages/door/find.ts'
import type { StudioSettings } from '../gateway/studio-routes.ts'
import { messageOf } from './element.ts'
import { readSettings } from './service-calls.ts'

/** Starts a page with the server's settings, or shows in place of its `parts` why it cannot start. */
export async function openPage(parts: string[], start: (settings: StudioSettings) => void): Promise<void> {
  try {
    const settings = await readSettings()
    const { signed, service, readOnly } = settings
    if (signed)
      throw new Error(
        `This server only accepts signed requests, which a browser cannot send. Run "npx tickets studio --url ${location.origin} --region <region>", and open the link that it prints.`,
      )
    // The service is named if it is not the page's own server.
    find('service', HTMLElement).textContent = [service, readOnly ? 'Read-only: nothing is saved' : ''].filter(Boolean).join('\n')
    start(settings)
  } catch (error) {
    for (const id of parts) find(id, HTMLElement).hidden = true
    find('stop', HTMLElement).hidden = false
    find('stop-reason', HTMLElement).textContent = messageOf(error)
  }
}

/** Disables buttons while an action runs. `show` gets its status, and its error if it fails. */
export async function whileBusy(
  { ids, show }: { ids: string[]; show(status: string): void },
  status: string,
  act: () => Promise<void>,
): Promise<void> {
  const buttons = ids.map((id) => find(id, HTMLButtonElement))
  if (buttons.some(({ ariaDisabled }) => ariaDisabled === 'true')) return
  // A disabled button would lose the focus; aria-disabled keeps it.
  for (const button of buttons) button.ariaDisabled = 'true'
  show(status)
  await act().catch((error) => show(messageOf(error)))
  for (const button of buttons) button.ariaDisabled = null
}

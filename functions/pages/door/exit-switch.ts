import type { DoorMemory } from './door-memory.ts'
import { find } from './find.ts'

/** Wires the switch between entries and exits; the stage shows when it is set to exits. */
export function openExitSwitch({ memory }: { memory: DoorMemory }): void {
  const button = find('exits', HTMLButtonElement)
  const isOut = () => memory.direction() === 'out'
  const show = () => {
    button.setAttribute('aria-pressed', String(isOut()))
    find('letting-out', HTMLElement).hidden = !isOut()
  }
  button.addEventListener('click', () => {
    memory.keep('direction', isOut() ? 'in' : 'out')
    show()
  })
  show()
}

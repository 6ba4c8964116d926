import { find } from '../../../functions/pages/door/find.ts'
import type { StudioSettings } from '../gateway/studio-routes.ts'
import { element } from './element.ts'
import type { Content } from './service-calls.ts'

/** The choice of the guest that previews show. */
export interface Guests {
  /** Replaces a template's sample by the chosen guest. */
  apply(content: Content): Content
  /** Returns the chosen guest's name. */
  name(): string
}

/**
 * Offers the template's own sample and the guests of the trial print. A trial guest takes over only those
 * sample fields that no trial guest has, so that fields missing from a guest are missing in the preview.
 */
export function openGuests(guests: StudioSettings['guests'], onChoice: () => void): Guests {
  const choice = find('guest', HTMLSelectElement)
  const trial = element('optgroup', '', '')
  trial.label = 'Trial print guests'
  trial.append(...guests.map(({ name }) => element('option', '', name)))
  const own = element('option', '', 'Sample')
  own.value = ''
  choice.replaceChildren(own, trial)
  choice.addEventListener('change', onChoice)
  const given = new Set(guests.flatMap(({ data }) => Object.keys(data)))
  return {
    name: () => choice.selectedOptions[0]?.textContent ?? '',
    apply: (content) => {
      const guest = guests.find(({ name }) => name === choice.value)
      if (!guest) return content
      const others = Object.entries(content.sample ?? {}).filter(([name]) => !given.has(name))
      return { ...content, sample: { ...Object.fromEntries(others), ...guest.data } }
    },
  }
}

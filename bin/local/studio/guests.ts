import { find } from '../../../functions/pages/door/find.ts'
import type { StudioSettings } from '../gateway/studio-routes.ts'
import { element } from './element.ts'
import type { Content } from './service-calls.ts'

/** Is the choice of whom previews show. */
export interface Guests {
  /** Puts the chosen guest into a template, in place of its sample. */
  seat(content: Content): Content
  /** Names the chosen guest. */
  name(): string
}

/**
 * Offers the template's own sample, and the guests of the trial print. Of the sample a trial guest keeps only what no such guest has, so that what
 * a guest lacks is lacking.
 */
export function openGuests(guests: StudioSettings['guests'], onChoice: () => void): Guests {
  const choice = find('guest', HTMLSelectElement)
  const trial = element('optgroup', '', '')
  trial.label = 'Guests of the trial print'
  trial.append(...guests.map(({ name }) => element('option', '', name)))
  const own = element('option', '', 'Sample')
  own.value = ''
  choice.replaceChildren(own, trial)
  choice.addEventListener('change', onChoice)
  const given = new Set(guests.flatMap(({ data }) => Object.keys(data)))
  return {
    name: () => choice.selectedOptions[0]?.textContent ?? '',
    seat: (content) => {
      const guest = guests.find(({ name }) => name === choice.value)
      if (!guest) return content
      const others = Object.entries(content.sample ?? {}).filter(([name]) => !given.has(name))
      return { ...content, sample: { ...Object.fromEntries(others), ...guest.data } }
    },
  }
}

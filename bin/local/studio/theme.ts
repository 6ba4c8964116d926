import { find } from '../../../functions/pages/door/find.ts'

const place = 'studio:theme'

/** Has the page's colours follow the system, or what was chosen before or is chosen now. */
export function openTheme(): void {
  const choice = find('theme', HTMLSelectElement)
  const show = () => {
    document.documentElement.dataset.theme = choice.value
  }
  choice.value = localStorage.getItem(place) ?? ''
  choice.addEventListener('change', () => {
    localStorage.setItem(place, choice.value)
    show()
  })
  show()
}

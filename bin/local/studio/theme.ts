import { find } from '../../../functions/pages/door/find.ts'

const place = 'studio:theme'

/** Applies the chosen colour theme, and stores the choice. Without one the page follows the system. */
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

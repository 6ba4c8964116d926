import { find } from '../../../functions/pages/door/find.ts'
import { element } from './element.ts'
import { writeProblem } from './problems.ts'
import type { Problem } from './service-calls.ts'

/** Is the field that a template's source is written in, with the numbers of its lines. Lines and columns count from 1. */
export interface Editor {
  read(): string
  /** Puts another source in; an equal one leaves the caret where it is. */
  write(source: string): void
  /** Marks the lines that have problems. */
  mark(problems: Problem[]): void
  goTo(line: number, column: number): void
  /** Types text where the caret is, so that it can be undone. */
  insert(text: string): void
}

/** Opens the field; `onInput` hears of everything that is typed. */
export function openEditor(onInput: () => void): Editor {
  const source = find('source', HTMLTextAreaElement)
  const gutter = find('gutter', HTMLElement)
  let marks = new Map<number, Problem[]>()
  const number = () => numberLines(gutter, source.value.split('\n').length)
  const follow = () => {
    gutter.scrollTop = source.scrollTop
    find('bands', HTMLElement).style.translate = `0 ${-source.scrollTop}px`
  }
  source.addEventListener('scroll', follow)
  source.addEventListener('input', () => {
    number()
    follow()
    onInput()
  })
  document.addEventListener('selectionchange', () => showHere(source, marks))
  const goTo = (line: number, column: number) => moveTo(source, line, column)
  gutter.addEventListener('click', ({ target }) => {
    if (target instanceof HTMLElement && target.parentElement === gutter) goTo(Number(target.textContent), 1)
  })
  return {
    read: () => source.value,
    write: (text) => {
      if (source.value === text) return
      source.value = text
      source.setSelectionRange(0, 0)
      source.scrollTop = 0
      number()
      follow()
    },
    mark: (problems) => {
      marks = Map.groupBy(
        problems.filter(({ line }) => line !== undefined),
        ({ line = 1 }) => line,
      )
      markLines(gutter, marks)
      showHere(source, marks)
    },
    goTo,
    insert: (text) => {
      source.focus()
      // Deprecated, and the one way of typing that Ctrl-Z knows of in every browser.
      document.execCommand('insertText', false, text)
    },
  }
}

function numberLines(gutter: HTMLElement, lineCount: number): void {
  while (gutter.childElementCount > lineCount) gutter.lastElementChild?.remove()
  const from = gutter.childElementCount
  gutter.append(...Array.from({ length: lineCount - from }, (_, index) => element('div', '', String(from + index + 1))))
}

function markLines(gutter: HTMLElement, marks: Map<number, Problem[]>): void {
  for (const line of gutter.querySelectorAll('[class]')) line.removeAttribute('class')
  const bands = [...marks].map(([line, problems]) => {
    const severity = worst(problems)
    const row = gutter.children[line - 1]
    if (row instanceof HTMLElement) {
      row.className = severity
      row.title = problems.map(({ message }) => message).join('\n')
    }
    const band = element('div', severity, '')
    band.style.setProperty('--line', String(line - 1))
    return band
  })
  find('bands', HTMLElement).replaceChildren(...bands)
}

/** Says below the field what is wrong with the line that the caret is in. */
function showHere(source: HTMLTextAreaElement, marks: Map<number, Problem[]>): void {
  const line = source.value.slice(0, source.selectionStart).split('\n').length
  const problems = marks.get(line) ?? []
  const said = problems.map((problem) => `Line ${line}: ${writeProblem(problem)}`).join(' ')
  const here = find('here', HTMLElement)
  here.className = worst(problems)
  if (here.textContent !== said) here.textContent = said
}

function worst(problems: Problem[]): Problem['severity'] {
  return problems.some(({ severity }) => severity === 'error') ? 'error' : 'warning'
}

function moveTo(source: HTMLTextAreaElement, line: number, column: number): void {
  const lines = source.value.split('\n')
  const begin = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0)
  const at = begin + Math.min(column - 1, lines[line - 1]?.length ?? 0)
  source.focus()
  source.setSelectionRange(at, at)
  const { lineHeight, fontSize } = getComputedStyle(source)
  const middle = (line - 1) * Number.parseFloat(lineHeight) - source.clientHeight / 2
  source.scrollTop = Math.max(0, middle)
  // A letter of a monospaced font is about 0.6 em wide.
  const right = (column - 1) * Number.parseFloat(fontSize) * 0.6
  source.scrollLeft = right > source.clientWidth * 0.8 ? right - source.clientWidth / 2 : 0
}

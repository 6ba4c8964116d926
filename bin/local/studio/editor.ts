import { html } from '@codemirror/lang-html'
import { syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, forEachDiagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState, RangeSet, StateField, type Text } from '@codemirror/state'
import { Decoration, EditorView, keymap } from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import { basicSetup } from 'codemirror'
import { find } from '../../../functions/pages/door/find.ts'
import { formatProblem } from './problems.ts'
import type { Problem } from './service-calls.ts'

/** The editor of a template's source. Lines and columns count from 1. */
export interface Editor {
  read(): string
  /** Replaces the source and its undo history. An equal source leaves the caret where it is. */
  write(source: string): void
  /** Marks problems that have a position, in the text and in the gutter. */
  mark(problems: Problem[]): void
  goTo(line: number, column: number): void
  /** Inserts text at the caret, as one undoable step. */
  insert(text: string): void
}

/** Opens the editor; `onInput` is called after every edit. */
export function openEditor(onInput: () => void): Editor {
  const extensions = [
    // The page itself steps through the problems with F8.
    keymap.of([{ key: 'F8', run: () => true }]),
    basicSetup,
    html({ autoCloseTags: false }),
    syntaxHighlighting(classHighlighter),
    highlightMustaches,
    lintGutter(),
    EditorView.cspNonce.of(document.querySelector<HTMLElement>('link[nonce]')?.nonce ?? ''),
    EditorView.contentAttributes.of({
      id: 'source',
      'aria-label': 'Source of the template',
      'aria-describedby': 'summary here',
    }),
    EditorView.updateListener.of(({ docChanged, state }) => {
      showProblemsAtCaret(state)
      if (docChanged) onInput()
    }),
  ]
  const open = (doc: string) => EditorState.create({ doc, extensions })
  const view = new EditorView({ state: open(''), parent: find('editor', HTMLElement) })
  return {
    read: () => view.state.sliceDoc(),
    write: (source) => {
      if (view.state.sliceDoc() === source) return
      view.setState(open(source))
      view.scrollDOM.scrollTop = 0
      showProblemsAtCaret(view.state)
    },
    mark: (problems) => view.dispatch(setDiagnostics(view.state, diagnosticsOf(problems, view.state))),
    goTo: (line, column) => {
      const anchor = offsetOf(view.state.doc, line, column)
      view.focus()
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center', xMargin: 100 }) })
    },
    insert: (text) => {
      view.focus()
      view.dispatch(view.state.replaceSelection(text), { userEvent: 'input', scrollIntoView: true })
    },
  }
}

function diagnosticsOf(problems: Problem[], state: EditorState): Diagnostic[] {
  return problems.flatMap((problem) => {
    if (problem.line === undefined) return []
    const from = offsetOf(state.doc, problem.line, problem.column ?? 1)
    const [marked = ''] = /^(?:\{\{.*?\}\}|<[^>]*>?|[\w-]+|.)/.exec(state.sliceDoc(from, state.doc.lineAt(from).to)) ?? []
    return [{ from, to: from + marked.length, severity: problem.severity, message: formatProblem(problem) }]
  })
}

/** Finds a position in the text; what lies outside of it is moved to the nearest place inside. */
function offsetOf(doc: Text, line: number, column: number): number {
  const { from, length } = doc.line(Math.min(Math.max(line, 1), doc.lines))
  return from + Math.min(column - 1, length)
}

/** Writes the problems of the caret's line below the editor, for keyboards and screen readers. */
function showProblemsAtCaret(state: EditorState): void {
  const line = state.doc.lineAt(state.selection.main.head)
  const found: Diagnostic[] = []
  forEachDiagnostic(state, (diagnostic, from) => {
    if (from >= line.from && from <= line.to) found.push(diagnostic)
  })
  const text = found.map(({ message }) => `Line ${line.number}: ${message}`).join(' ')
  const here = find('here', HTMLElement)
  here.className = found.some(({ severity }) => severity === 'error') ? 'error' : 'warning'
  if (here.textContent !== text) here.textContent = text
}

/**
 * Comments, blocks ({{#…}}, {{/…}}, {{^…}}, {{else}}) and expressions of Handlebars; comments and expressions
 * may span lines.
 */
const mustache = /\{\{~?!--[\s\S]*?--~?\}\}|\{\{~?![\s\S]*?\}\}|\{\{\{?[\s\S]*?\}\}\}?/g

/** An overlay that highlights Handlebars wherever it stands in the HTML: in text, attributes and styles. */
const highlightMustaches = StateField.define({
  create: decorate,
  update: (decorations, { docChanged, state }) => (docChanged ? decorate(state) : decorations),
  // Outside the highlighting of HTML, which would split a mustache into pieces.
  provide: (field) => EditorView.outerDecorations.from(field),
})

function decorate(state: EditorState) {
  const found = state.sliceDoc().matchAll(mustache)
  return RangeSet.of([...found].map((match) => decorations[kindOf(match[0])].range(match.index, match.index + match[0].length)))
}

const decorations = {
  comment: Decoration.mark({ class: 'mustache-comment' }),
  block: Decoration.mark({ class: 'mustache-block' }),
  expression: Decoration.mark({ class: 'mustache' }),
}

function kindOf(text: string): keyof typeof decorations {
  if (/^\{\{~?!/.test(text)) return 'comment'
  return /^\{\{~?(?:[#/^]|else\b)/.test(text) ? 'block' : 'expression'
}

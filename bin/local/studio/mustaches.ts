import { type EditorState, RangeSet, StateField } from '@codemirror/state'
import { Decoration, EditorView } from '@codemirror/view'

/**
 * Comments, blocks ({{#…}}, {{/…}}, {{^…}}, {{else}}) and expressions of Handlebars; comments and expressions
 * may span lines.
 */
const mustache = /\{\{~?!--[\s\S]*?--~?\}\}|\{\{~?![\s\S]*?\}\}|\{\{\{?[\s\S]*?\}\}\}?/g

/** An overlay that highlights Handlebars wherever it stands in the HTML: in text, attributes and styles. */
export const highlightMustaches = StateField.define({
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

import type { MarkupContext, MarkupState } from '../source/source-tag.ts'

/** A problem of a mustache's place: what is wrong, and what to do instead. */
type PlaceProblem = [message: string, advice?: string]

/** Lists what is wrong with a mustache where escaping cannot protect; `helper` is what it calls, if any. */
export function findUnsafePlaces({ state, rawElement, attribute }: MarkupContext, helper: string | undefined): PlaceProblem[] {
  const problems: PlaceProblem[] = []
  const unsafe = unsafeStates[state]
  if (unsafe) problems.push(unsafe)
  if (rawElement === 'script') problems.push(['stands in a script; scripts never run in a ticket'])
  if (attribute === 'srcdoc') problems.push(['stands in srcdoc, where text becomes markup'])
  if (rawElement === 'style' && helper !== 'asset')
    problems.push(['stands in a style sheet, where escaping does not protect', 'set it where it is used: style="--name: {{…}}"'])
  return problems
}

const unsafeStates: Partial<Record<MarkupState, PlaceProblem>> = {
  tagName: ['stands where the name of a tag is'],
  tag: ['stands inside a tag, outside of any attribute value'],
  attributeName: ['stands in the name of an attribute'],
  value: ['stands in an attribute without quotes', 'write attribute="{{…}}"'],
}

import Handlebars from 'handlebars'
import { standardVariables } from '../contract/template-language.ts'
import { styleHelper } from './check/css/guard-styles.ts'
import { isPath } from './check/handlebars/parse-template.ts'

/** A branch on a variable: on its presence, its word, or its number of entries. */
export interface TemplateBranch {
  variable: string
  kind: 'presence' | 'word' | 'list'
  /** The words that a `word` branch compares with. */
  words: string[]
}

/** The uses of a template's own variables that a trial varies. Excludes names inside `each` and `with`. */
export interface VariableUse {
  branches: TemplateBranch[]
  /** An example for each variable that a helper or an address restricts; others may be any text. */
  examples: ReadonlyMap<string, string>
}

/** Reads how a parsed template uses its variables. Expects a program that `guardStyles` has changed. */
export function readVariableUse(program: hbs.AST.Program): VariableUse {
  const reader = new UseReader()
  reader.accept(program)
  return { branches: [...reader.branches.values()], examples: reader.examples }
}

const { startsAt, price, currency } = standardVariables
const picture = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

/** Examples of the helpers' arguments, in order. */
const argumentExamples = new Map([
  ['money', [price.example, currency.example]],
  ['date', [startsAt.example]],
  ['time', [startsAt.example]],
])
const kinds: Partial<Record<string, TemplateBranch['kind']>> = { if: 'presence', unless: 'presence', is: 'word', each: 'list' }

class UseReader extends Handlebars.Visitor {
  readonly branches = new Map<string, TemplateBranch>()
  readonly examples = new Map<string, string>()
  /** The `each` and `with` blocks around, in which plain names are not the template's own variables. */
  #depth = 0

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.#readExamples(mustache)
    super.MustacheStatement(mustache)
  }

  override SubExpression(call: hbs.AST.SubExpression): void {
    this.#readExamples(call)
    super.SubExpression(call)
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const name = String(block.path.original)
    const [subject, ...rest] = block.params
    const kind = kinds[name]
    const variable = this.#depth === 0 && isPath(subject) && !subject.data ? subject.parts[0] : undefined
    if (kind && variable) {
      const branch = this.branches.get(`${kind} ${variable}`) ?? { variable, kind, words: [] }
      branch.words.push(...rest.flatMap((word) => ('value' in word && typeof word.value === 'string' ? [word.value] : [])))
      this.branches.set(`${kind} ${variable}`, branch)
    }
    const inside = name === 'each' || name === 'with' ? 1 : 0
    this.#depth += inside
    super.BlockStatement(block)
    this.#depth -= inside
  }

  #readExamples({ path, params }: Pick<hbs.AST.SubExpression, 'params'> & { path: hbs.AST.Node }): void {
    const helper = isPath(path) ? path.original : ''
    const examples = helper === styleHelper ? examplesOfPlace(params[1]) : (argumentExamples.get(helper) ?? [])
    // An amount alone is formatted in the ticket's own currency.
    if (helper === 'money' && params.length === 1) this.examples.set('currency', currency.example)
    for (const [index, example] of examples.entries()) {
      const node = params[index]
      const isWhole = isPath(node) && !node.data && node.depth === 0 && node.parts.length === 1
      if (isWhole && node.parts[0] !== undefined && this.#depth === 0) this.examples.set(node.parts[0], example)
    }
  }
}

function examplesOfPlace(place: hbs.AST.Expression | undefined): string[] {
  if (!place || !('value' in place)) return []
  const isAddress = ['url', 'address', 'candidates', 'reference'].includes(String(place.value))
  return isAddress ? [picture] : place.value === 'part' ? ['#'] : []
}

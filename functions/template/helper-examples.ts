import Handlebars from 'handlebars'
import { standardVariables } from '../contract/template-language.ts'
import { styleHelper } from './check/css/guard-styles.ts'

/**
 * Finds an example for each variable of a parsed template that a helper restricts: an amount, a currency, a
 * date, a picture. Variables that may be any text have none. Expects a program that `guardStyles` has
 * changed.
 */
export function readHelperExamples(program: hbs.AST.Program): ReadonlyMap<string, string> {
  const reader = new ExampleReader()
  reader.accept(program)
  return reader.examples
}

const { startsAt, price, currency } = standardVariables
const picture = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

/** Examples of the helpers' arguments, in order. */
const argumentExamples = new Map([
  ['money', [price.example, currency.example]],
  ['date', [startsAt.example]],
  ['time', [startsAt.example]],
])

class ExampleReader extends Handlebars.Visitor {
  readonly examples = new Map<string, string>()
  /** The `each` and `with` blocks around, in which plain names are not the template's own variables. */
  #depth = 0

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.#read(mustache)
    super.MustacheStatement(mustache)
  }

  override SubExpression(call: hbs.AST.SubExpression): void {
    this.#read(call)
    super.SubExpression(call)
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const isInside = block.path.original === 'each' || block.path.original === 'with'
    this.#depth += isInside ? 1 : 0
    super.BlockStatement(block)
    this.#depth -= isInside ? 1 : 0
  }

  #read({ path, params }: Pick<hbs.AST.SubExpression, 'params'> & { path: hbs.AST.Node }): void {
    const helper = isPath(path) ? path.original : ''
    const examples = helper === styleHelper ? examplesOfPlace(params[1]) : (argumentExamples.get(helper) ?? [])
    // An amount alone is formatted in the ticket's own currency.
    if (helper === 'money' && params.length === 1) this.examples.set('currency', currency.example)
    for (const [index, example] of examples.entries()) {
      const name = variableOf(params[index])
      if (name !== undefined && this.#depth === 0) this.examples.set(name, example)
    }
  }
}

function examplesOfPlace(place: hbs.AST.Expression | undefined): string[] {
  if (!place || !('value' in place)) return []
  const isAddress = ['url', 'address', 'candidates', 'reference'].includes(String(place.value))
  return isAddress ? [picture] : place.value === 'part' ? ['#'] : []
}

/** Returns the variable that a whole path names; undefined for a path into one. */
function variableOf(node: hbs.AST.Node | undefined): string | undefined {
  return isPath(node) && !node.data && node.depth === 0 && node.parts.length === 1 ? node.parts[0] : undefined
}

function isPath(node: hbs.AST.Node | undefined): node is hbs.AST.PathExpression {
  return node?.type === 'PathExpression'
}

import Handlebars from 'handlebars'

/** A block that branches on a variable: on its presence, on which word it is, or on its number of entries. */
export interface TemplateBranch {
  variable: string
  kind: 'presence' | 'word' | 'list'
  /** The words that a `word` branch compares with. */
  words: string[]
}

/** Lists a template's branches on its own variables, not on names inside of `each` or `with`. */
export function readBranches(program: hbs.AST.Program): TemplateBranch[] {
  const reader = new BranchReader()
  reader.accept(program)
  return [...reader.branches.values()]
}

class BranchReader extends Handlebars.Visitor {
  readonly branches = new Map<string, TemplateBranch>()
  #depth = 0

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const [subject, ...rest] = block.params
    const kind = kinds.get(String(block.path.original))
    const variable = subject && this.#depth === 0 ? rootVariable(subject) : undefined
    if (kind && variable) {
      const branch = this.branches.get(`${kind} ${variable}`) ?? { variable, kind, words: [] }
      branch.words.push(...rest.flatMap((word) => ('value' in word && typeof word.value === 'string' ? [word.value] : [])))
      this.branches.set(`${kind} ${variable}`, branch)
    }
    const isInside = block.path.original === 'each' || block.path.original === 'with'
    this.#depth += isInside ? 1 : 0
    super.BlockStatement(block)
    this.#depth -= isInside ? 1 : 0
  }
}

const kinds = new Map<string, TemplateBranch['kind']>([
  ['if', 'presence'],
  ['unless', 'presence'],
  ['is', 'word'],
  ['each', 'list'],
])

function rootVariable(expression: hbs.AST.Expression): string | undefined {
  if (!('parts' in expression) || !Array.isArray(expression.parts)) return undefined
  const [first] = expression.parts
  return 'data' in expression && expression.data ? undefined : typeof first === 'string' ? first : undefined
}

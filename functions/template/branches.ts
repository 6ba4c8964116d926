import Handlebars from 'handlebars'

/**
 * A place where a template takes one way or another, by one of its variables: whether it is there, which word
 * it is, or how many entries it has.
 */
export interface TemplateBranch {
  variable: string
  kind: 'presence' | 'word' | 'list'
  /** For words, those that are asked for. */
  words: string[]
}

/**
 * Lists the branches of a parsed template by the variables that decide, each once; not by what is named
 * inside of a list or an object.
 */
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

import { type StandardVariable, standardVariables } from '../../../contract/template-language.ts'

/** The blocks around a point of a template: they decide which names are its own variables, or required. */
export class BlockScope {
  /** The blocks around whose content depends on a condition. */
  #conditions = 0
  /** The `each` and `with` blocks around, in which plain names are not the template's own variables. */
  #depth = 0
  /** How many blocks around guarantee that each variable is present. */
  readonly #guards = new Map<string, number>()
  /** How many blocks around declare each block parameter. */
  readonly #blockParams = new Map<string, number>()

  /** Visits both branches of a block that asks for `variable`, each in its scope. */
  visit(block: hbs.AST.BlockStatement, variable: string | undefined, accept: (branch: hbs.AST.Program) => void): void {
    const name = String(block.path.original)
    const [present, absent] = name === 'unless' ? [block.inverse, block.program] : [block.program, block.inverse]
    const isCondition = variable === undefined || !isAlternative(variable)
    if (isCondition) this.#conditions++
    if (present) {
      this.#enter(name, present, { variable, change: 1 })
      accept(present)
      this.#enter(name, present, { variable, change: -1 })
    }
    if (absent) accept(absent)
    if (isCondition) this.#conditions--
  }

  /** Finds the variable that a path begins with; undefined for an item, a block parameter or `@index`. */
  rootVariable(path: hbs.AST.PathExpression): string | undefined {
    const [first, second] = path.parts
    if (path.data) return first === 'root' ? second : undefined
    const isBlockParam = path.depth === 0 && first !== undefined && Boolean(this.#blockParams.get(first))
    return path.depth === this.#depth && !isBlockParam ? first : undefined
  }

  /** Checks whether the template cannot do without a variable that is used here. */
  isRequired(variable: string): boolean {
    return this.#conditions === 0 && !this.#guards.get(variable)
  }

  /** Enters the branch for a present value, or leaves it. */
  #enter(name: string, branch: hbs.AST.Program, { variable, change }: { variable: string | undefined; change: 1 | -1 }): void {
    if (name === 'each' || name === 'with') this.#depth += change
    for (const param of branch.blockParams ?? []) count(this.#blockParams, param, change)
    if (variable) count(this.#guards, variable, change)
  }
}

function count(counts: Map<string, number>, name: string, change: 1 | -1): void {
  counts.set(name, (counts.get(name) ?? 0) + change)
}

const standards: Readonly<Record<string, StandardVariable>> = standardVariables

/** The names of the standard variables. */
export const standardNames: readonly string[] = Object.keys(standards)

/** The names of the variables that the service always gives. */
export const givenByService: ReadonlySet<string> = new Set(
  Object.entries(standards).flatMap(([name, { given }]) => (given === 'always' ? [name] : [])),
)

/** Lists the variables from which the service writes a variable; any other is its own source. */
export function writtenFrom(name: string): readonly string[] {
  return (Object.hasOwn(standards, name) && standards[name]?.writtenFrom) || [name]
}

/** Checks whether `{{#if}}` on a variable only chooses a form of one fact, and makes nothing optional. */
function isAlternative(name: string): boolean {
  return certain.has(name) || !writtenFrom(name).includes(name)
}

/** The facts that every registered event has. */
const certain = new Set(['eventName', 'eventDate', 'startsAt', 'timezone', 'location'])

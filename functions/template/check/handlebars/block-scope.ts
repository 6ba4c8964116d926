import { type StandardVariable, standardVariables } from '../../../contract/template-language.ts'

/** The blocks around a point of a template. They decide which names are its own variables, and which it requires. */
export class BlockScope {
  #around: Surroundings = { isConditional: false, depth: 0, guards: new Set(), blockParams: new Set() }

  /** Visits both branches of a block on `variable`, each in its scope. */
  visit(block: hbs.AST.BlockStatement, variable: string | undefined, accept: (branch: hbs.AST.Program) => void): void {
    const outer = this.#around
    const name = String(block.path.original)
    const [present, absent] = name === 'unless' ? [block.inverse, block.program] : [block.program, block.inverse]
    const isConditional = outer.isConditional || variable === undefined || !isAlternative(variable)
    const depth = outer.depth + (name === 'each' || name === 'with' ? 1 : 0)
    const guards = variable ? new Set([...outer.guards, variable]) : outer.guards
    const blockParams = new Set([...outer.blockParams, ...(present?.blockParams ?? [])])
    this.#around = { isConditional, depth, guards, blockParams }
    if (present) accept(present)
    this.#around = { ...outer, isConditional }
    if (absent) accept(absent)
    this.#around = outer
  }

  /** Finds the variable that a path begins with; undefined for an item, a block parameter or `@index`. */
  rootVariable(path: hbs.AST.PathExpression): string | undefined {
    const { depth, blockParams } = this.#around
    const [first, second] = path.parts
    if (path.data) return first === 'root' ? second : undefined
    const isBlockParam = path.depth === 0 && first !== undefined && blockParams.has(first)
    return path.depth === depth && !isBlockParam ? first : undefined
  }

  /** Checks whether the template requires a variable that is used here. */
  isRequired(variable: string): boolean {
    return !this.#around.isConditional && !this.#around.guards.has(variable)
  }
}

interface Surroundings {
  /** Whether the content depends on a condition. */
  isConditional: boolean
  /** The `each` and `with` blocks around, in which plain names are not the template's own variables. */
  depth: number
  /** The variables that blocks around guarantee to be present. */
  guards: Set<string>
  blockParams: Set<string>
}

const standards: Readonly<Record<string, StandardVariable>> = standardVariables

/** The names of the standard variables. */
export const standardNames: readonly string[] = Object.keys(standards)

/** The names of the variables that guest data need not have: the service or the event's branding gives them. */
export const givenByService: ReadonlySet<string> = new Set(
  Object.entries(standards).flatMap(([name, { given }]) => (given === 'always' || given === 'branding' ? [name] : [])),
)

/** Lists the variables from which the service derives a variable; any other is its own source. */
export function writtenFrom(name: string): readonly string[] {
  return (Object.hasOwn(standards, name) && standards[name]?.writtenFrom) || [name]
}

/** Checks whether `{{#if}}` on a variable only chooses between forms of a fact, and makes nothing optional. */
function isAlternative(name: string): boolean {
  return certain.has(name) || !writtenFrom(name).includes(name)
}

/** The facts that every registered event has. */
const certain = new Set(['eventName', 'eventDate', 'startsAt', 'timezone', 'location'])

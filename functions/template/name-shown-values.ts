import Handlebars from 'handlebars'
import { helperCall, isPath, literal } from './check/handlebars/parse-template.ts'
import { shownText } from './helpers/shown-value.ts'

/**
 * Adds the variable's name wherever a parsed template turns a value into text, so that an object or a list is rejected
 * by name instead of printed as `[object Object]`. Changes the program, which must have been checked.
 */
export function nameShownValues(program: hbs.AST.Program): void {
  new ShownValues().accept(program)
}

/** Registers the helpers that `nameShownValues` inserts. Their spaces keep templates from calling them. */
export function registerShownValues(environment: typeof Handlebars): void {
  environment.registerHelper({
    [shownHelper]: (value: unknown, name: string) => (value instanceof Handlebars.SafeString ? value : shownText(value, name)),
    [givenHelper]: (value: unknown, name: string) => {
      if (!(value instanceof Handlebars.SafeString)) shownText(value, name)
      return value
    },
  })
}

/** Outputs a value. */
const shownHelper = 'shown value'
/** Checks a value that another helper turns into text. */
const givenHelper = 'given value'

/** The names of the helpers of `registerShownValues`, for the compiler. */
export const shownValueHelpers: readonly string[] = [shownHelper, givenHelper]

/** The helpers that take the variable's name as a named argument. */
const namedHelpers = new Set(['date', 'time', 'money'])

class ShownValues extends Handlebars.Visitor {
  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    const { path, params, hash } = mustache
    if (isPath(path) && params.length === 0 && !hash) Object.assign(mustache, namedCall(shownHelper, path))
    else {
      if (isPath(path) && namedHelpers.has(path.original)) nameSubject(mustache)
      // `fit` measures its arguments and shows none of them.
      if (!isPath(path) || path.original !== 'fit') nameArguments(mustache)
    }
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    if (block.path.original === 'is') nameArguments(block)
    if (block.program) this.accept(block.program)
    if (block.inverse) this.accept(block.inverse)
  }
}

function nameArguments(call: { params: hbs.AST.Expression[]; hash: hbs.AST.Hash }): void {
  const named = (value: hbs.AST.Expression) =>
    isPath(value) ? { type: 'SubExpression', loc: value.loc, ...namedCall(givenHelper, value) } : value
  call.params = call.params.map(named)
  for (const pair of call.hash?.pairs ?? []) pair.value = named(pair.value)
}

/** Passes a helper its variable's name, for its error messages. */
function nameSubject(call: hbs.AST.MustacheStatement): void {
  const [subject] = call.params
  if (!subject || !isPath(subject)) return
  const { loc, original } = subject
  call.hash = { type: 'Hash', loc, pairs: [{ type: 'HashPair', loc, key: 'name', value: literal(original, loc) }] }
}

/** Makes the call of a helper with a variable's value and name. */
function namedCall(helper: string, value: hbs.AST.PathExpression): ReturnType<typeof helperCall> {
  return helperCall(helper, [value, literal(value.original, value.loc)], value.loc)
}

import { barcodeTypes, isBarcodeType } from '../../../codes/barcode.ts'
import type { TemplateProblemCode } from '../../../contract/template-check.ts'
import { isTextBox } from '../../helpers/fit-text.ts'
import { timeStyles } from '../../helpers/formats.ts'
import type { TemplateParts } from '../../helpers/helpers.ts'
import { findLabel } from '../../helpers/labels.ts'
import { short } from '../source/addresses.ts'
import { isPath } from './parse-template.ts'

/** A helper call, as a block or not. */
export type HelperCall = Pick<hbs.AST.MustacheStatement, 'params' | 'hash'>

/** Checks the arguments of a helper call, as far as the source shows them; undefined if they are valid. */
export function argumentProblem(
  name: string,
  call: HelperCall,
  parts: TemplateParts,
): { code: TemplateProblemCode; message: string; advice?: string } | undefined {
  const message = rules.get(name)?.(call, parts)
  return message === undefined ? undefined : { code: 'HELPER_ARGUMENTS', message, ...ofNames.get(name) }
}

/** The codes and advice of helpers that take the name of one of the template's parts. */
const ofNames = new Map<string, { code: TemplateProblemCode; advice: string }>([
  ['label', { code: 'UNKNOWN_LABEL', advice: 'add its words to the template’s labels' }],
  ['asset', { code: 'UNKNOWN_ASSET', advice: 'upload it with the template under that name' }],
])

/** Explains what is wrong with the arguments of a call. */
type ArgumentRule = (call: HelperCall, parts: TemplateParts) => string | undefined

const oneVariable =
  (name: string): ArgumentRule =>
  ({ params, hash }) =>
    params.length === 1 && !hash && isPath(params[0]) ? undefined : `${name} takes exactly one variable`

const styled =
  (name: 'date' | 'time'): ArgumentRule =>
  ({ params, hash }) => {
    const [moment, style] = params
    if (!isPath(moment) || params.length > 2 || hash) return `${name} takes a variable, and optionally a style`
    const isKnown = style === undefined || timeStyles[name].includes(literalOf(style) ?? '')
    return isKnown ? undefined : `the style of ${name} is one of ${timeStyles[name].join(', ')}`
  }

const fitUsage =
  'fit takes one or more variables, width="60" in millimetres, lines="2", and sizes="24 18 14" in points, the largest first'

const rules = new Map<string, ArgumentRule>(
  Object.entries({
    if: oneVariable('#if'),
    unless: oneVariable('#unless'),
    each: oneVariable('#each'),
    with: oneVariable('#with'),
    upper: oneVariable('upper'),
    lower: oneVariable('lower'),
    date: styled('date'),
    time: styled('time'),
    is: ({ params, hash }) => {
      const isRight = isPath(params[0]) && params.length > 1 && !hash && params.every(isSimple)
      return isRight ? undefined : '#is takes a variable and the words it may be'
    },
    money: ({ params, hash }) => {
      const currency = literalOf(params[1])
      if (!isPath(params[0]) || params.length > 2 || hash || !params.every(isSimple))
        return 'money takes a variable, and optionally a currency'
      return currency === undefined || /^[A-Z]{3}$/.test(currency)
        ? undefined
        : 'a currency is three capital letters, such as EUR'
    },
    fit: ({ params, hash }) => (params.length > 0 && params.every(isPath) && isTextBox(literalsOf(hash)) ? undefined : fitUsage),
    label: ({ params }, { labels }) => {
      const name = literalOf(params[0])
      if (params.length !== 1) return 'label takes exactly one name'
      const isKnown = name === undefined || findLabel(name, 'en', labels) !== undefined
      return isKnown ? undefined : `there is no label ${JSON.stringify(short(name))} in English`
    },
    asset: ({ params }, { assets = {} }) => {
      const name = literalOf(params[0])
      if (params.length !== 1 || name === undefined) return 'asset takes exactly one name in quotes'
      return Object.hasOwn(assets, name) ? undefined : `there is no asset ${JSON.stringify(short(name))}`
    },
    barcode: ({ params, hash }) => {
      const { type, alt: _, ...others } = literalsOf(hash)
      if (params.length !== 1 || !isPath(params[0])) return 'barcode takes exactly one variable'
      if (Object.keys(others).length > 0) return 'barcode takes type="…" and alt="…" and nothing else'
      const isKnown = type === undefined || isBarcodeType(type)
      return isKnown ? undefined : `the type of a barcode is one of ${barcodeTypes.join(', ')}`
    },
  } satisfies Record<string, ArgumentRule>),
)

function literalsOf(hash: hbs.AST.Hash | undefined): Record<string, string | undefined> {
  return Object.fromEntries((hash?.pairs ?? []).map(({ key, value }) => [key, literalOf(value)]))
}

function isSimple(node: hbs.AST.Node): boolean {
  return isPath(node) || literalOf(node) !== undefined
}

function literalOf(node: hbs.AST.Node | undefined): string | undefined {
  return isLiteral(node) ? String(node.value) : undefined
}

function isLiteral(node: hbs.AST.Node | undefined): node is hbs.AST.StringLiteral | hbs.AST.NumberLiteral {
  return node?.type === 'StringLiteral' || node?.type === 'NumberLiteral'
}

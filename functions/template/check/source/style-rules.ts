import { tokenize, tokenTypes } from 'css-tree/tokenizer'
import { appliesToPaper, asksForLittleMotion, isOf, nameOf, type StyleToken } from './style-tokens.ts'

/** A declaration: its property in lower case, its value, its start and its context. */
export interface StyleDeclaration {
  property: string
  start: number
  value: StyleToken[]
  context: StyleContext
}

/** An at-rule with or without a block: its name in lower case, and its prelude. */
export interface StyleAtRule {
  name: string
  start: number
  prelude: StyleToken[]
  context: StyleContext
}

/** The context of a declaration: the at-rules around it, and their effect. */
export interface StyleContext {
  /** The innermost at-rule, or undefined. */
  atRule: StyleAtRule | undefined
  /** Whether every `@media` around it can match print. */
  isOnPaper: boolean
  /** Whether it applies only to reduced motion. */
  isReducedMotion: boolean
}

/**
 * Reads the declarations and at-rules of CSS, nested rules included (CSS Syntax Module Level 3). Uses
 * css-tree's tokenizer and not its parser, which recurses for each block and overflows the stack where blocks
 * nest deeply.
 */
export function readStyle(css: string): { declarations: StyleDeclaration[]; atRules: StyleAtRule[] } {
  const reader = new StyleReader(css)
  tokenize(css, (type, start, end) => reader.read({ type, start, end }))
  reader.end()
  return reader
}

/** Tokenizes the value of a property, without comments. */
export function readValue(css: string): StyleToken[] {
  const tokens: StyleToken[] = []
  tokenize(css, (type, start, end) => {
    if (!isOf({ type, start, end }, 'Comment')) tokens.push({ type, start, end })
  })
  return tokens
}

const closingOf = new Map(
  Object.entries({
    Function: 'RightParenthesis',
    LeftParenthesis: 'RightParenthesis',
    LeftSquareBracket: 'RightSquareBracket',
    LeftCurlyBracket: 'RightCurlyBracket',
  }).map(([open, close]) => [tokenTypes[open], tokenTypes[close]]),
)

class StyleReader {
  readonly declarations: StyleDeclaration[] = []
  readonly atRules: StyleAtRule[] = []
  readonly #css: string
  readonly #contexts: StyleContext[] = []
  #context: StyleContext = { atRule: undefined, isOnPaper: true, isReducedMotion: false }
  #statement: StyleToken[] = []
  /** The first two tokens of the statement that are not white space. */
  #begin: StyleToken[] = []
  /** The closing token types of the statement's open brackets. */
  readonly #brackets: (number | undefined)[] = []

  constructor(css: string) {
    this.#css = css
  }

  read(token: StyleToken): void {
    if (isOf(token, 'Comment')) return
    const isTop = this.#brackets.length === 0
    if (isTop && isOf(token, 'Semicolon')) this.end()
    else if (isTop && isOf(token, 'RightCurlyBracket')) this.#closeBlock()
    else if (isTop && isOf(token, 'LeftCurlyBracket') && !this.#isCustomProperty()) this.#openBlock()
    else this.#add(token)
  }

  /** Ends a statement without a block. */
  end(): void {
    const [property, colon] = this.#begin
    if (!this.#readAtRule() && property && colon && isOf(property, 'Ident') && isOf(colon, 'Colon'))
      this.declarations.push({
        property: nameOf(this.#css, property),
        start: property.start,
        value: this.#statement.slice(this.#statement.indexOf(colon) + 1),
        context: this.#context,
      })
    this.#startStatement()
  }

  #add(token: StyleToken): void {
    const isBlank = isOf(token, 'WhiteSpace', 'CDO', 'CDC')
    if (isBlank && this.#statement.length === 0) return
    if (!isBlank && this.#begin.length < 2) this.#begin.push(token)
    this.#statement.push(token)
    const closing = closingOf.get(token.type)
    if (closing !== undefined) this.#brackets.push(closing)
    else if (token.type === this.#brackets.at(-1)) this.#brackets.pop()
  }

  #openBlock(): void {
    this.#contexts.push(this.#context)
    const rule = this.#readAtRule()
    if (rule) this.#context = contextIn(this.#css, rule)
    this.#startStatement()
  }

  #closeBlock(): void {
    this.end()
    this.#context = this.#contexts.pop() ?? this.#context
  }

  #startStatement(): void {
    this.#statement = []
    this.#begin = []
    this.#brackets.length = 0
  }

  #readAtRule(): StyleAtRule | undefined {
    const [first, ...prelude] = this.#statement
    if (!first || !isOf(first, 'AtKeyword')) return undefined
    const rule = { name: nameOf(this.#css, first), start: first.start, prelude, context: this.#context }
    this.atRules.push(rule)
    return rule
  }

  /** Checks whether the statement sets a custom property, whose value may have blocks. */
  #isCustomProperty(): boolean {
    const [property, colon] = this.#begin
    return property !== undefined && isOf(colon, 'Colon') && this.#css.startsWith('--', property.start)
  }
}

function contextIn(css: string, rule: StyleAtRule): StyleContext {
  const { isOnPaper, isReducedMotion } = rule.context
  if (rule.name !== 'media') return { atRule: rule, isOnPaper, isReducedMotion }
  return {
    atRule: rule,
    isOnPaper: isOnPaper && appliesToPaper(css, rule.prelude),
    isReducedMotion: isReducedMotion || asksForLittleMotion(css, rule.prelude),
  }
}

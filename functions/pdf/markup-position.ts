/**
 * Follows HTML text and tells, at any point, what kind of place it has come to. A mustache is safe where escaping its text
 * is enough: in text, in comments and in quoted attributes. It follows the states of the HTML standard, section 13.2.5, as
 * far as a template needs them.
 */
export class MarkupPosition {
  #state: MarkupState = 'text'
  #element = ''
  #rawElement = ''
  #attribute = ''
  #tail = ''

  /** Names the place: text, or where within a tag; right after `<` or `</` a name would begin. */
  get state(): MarkupState {
    return this.#state === 'text' && !this.#rawElement && /<\/?$/.test(this.#tail) ? 'tagName' : this.#state
  }

  /** Names the element whose raw text (`style`, `script`, …) it stands in, or an empty string. */
  get rawElement(): string {
    return this.#state === 'text' ? this.#rawElement : ''
  }

  /** Names the attribute whose value it stands in, or an empty string. */
  get attribute(): string {
    return this.#state === 'doubleQuoted' || this.#state === 'singleQuoted' || this.#state === 'unquoted' ? this.#attribute : ''
  }

  /** Moves past text that is not known yet. */
  skip(): void {
    this.#tail = ''
  }

  /** Moves past `html`. */
  read(html: string): void {
    for (const character of html) {
      this.#tail = (this.#tail + character).slice(-tailLength)
      this.#step(character)
    }
  }

  #step(character: string): void {
    if (this.#state === 'text') this.#stepText(character)
    else if (this.#state === 'tagName') this.#stepTagName(character)
    else if (this.#state === 'comment' || this.#state === 'doubleQuoted' || this.#state === 'singleQuoted') this.#stepEnclosed()
    else this.#stepTag(character)
  }

  #stepEnclosed(): void {
    if (this.#state === 'comment' && this.#tail.endsWith('-->')) this.#state = 'text'
    else if (this.#state === 'doubleQuoted' && this.#tail.endsWith('"')) this.#state = 'tag'
    else if (this.#state === 'singleQuoted' && this.#tail.endsWith("'")) this.#state = 'tag'
  }

  #stepTagName(character: string): void {
    if (this.#tail.endsWith('<!--')) this.#state = 'comment'
    else if (character === '>') this.#closeTag()
    else if (isSpace(character)) this.#state = 'tag'
    else this.#element += character.toLowerCase()
  }

  #stepText(character: string): void {
    if (this.#rawElement) {
      if (this.#tail.toLowerCase().endsWith(`</${this.#rawElement}`)) {
        this.#element = `/${this.#rawElement}`
        this.#state = 'tagName'
      }
    } else if (/<[a-z/!?]$/i.test(this.#tail)) {
      this.#element = character.toLowerCase()
      this.#state = 'tagName'
    }
  }

  #stepTag(character: string): void {
    if (character === '>') {
      this.#closeTag()
    } else if (this.#state === 'value') {
      if (isSpace(character)) return
      this.#state = character === '"' ? 'doubleQuoted' : character === "'" ? 'singleQuoted' : 'unquoted'
    } else if (isSpace(character) || character === '/') {
      if (this.#state === 'attributeName' || (this.#state === 'unquoted' && character !== '/')) this.#state = 'tag'
    } else if (character === '=' && this.#state !== 'unquoted') {
      this.#state = 'value'
    } else if (this.#state === 'tag') {
      this.#attribute = character.toLowerCase()
      this.#state = 'attributeName'
    } else if (this.#state === 'attributeName') {
      this.#attribute += character.toLowerCase()
    }
  }

  #closeTag(): void {
    this.#state = 'text'
    const name = this.#element.replace(/\/$/, '')
    if (name.startsWith('/')) this.#rawElement = ''
    else if (rawElements.has(name)) this.#rawElement = name
  }
}

/** Names the kinds of places in HTML text. */
export type MarkupState =
  | 'text'
  | 'comment'
  | 'tagName'
  | 'tag'
  | 'attributeName'
  | 'value'
  | 'unquoted'
  | 'doubleQuoted'
  | 'singleQuoted'

const rawElements = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext'])
const tailLength = 12

function isSpace(character: string): boolean {
  return /\s/.test(character)
}

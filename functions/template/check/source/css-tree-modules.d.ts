declare module 'css-tree/tokenizer' {
  /** Numbers of the kinds of tokens, by name. */
  export const tokenTypes: Readonly<Record<string, number>>

  /**
   * Splits CSS into tokens as CSS Syntax Module Level 3 says, comments included, and tells each one's kind,
   * start and end.
   */
  export function tokenize(css: string, onToken: (type: number, start: number, end: number) => void): void
}

declare module 'css-tree/utils' {
  interface Decoder {
    decode(token: string): string
  }

  /** Decoders of the escapes in a token's text. */
  export const ident: Decoder
  export const string: Decoder
  export const url: Decoder
}

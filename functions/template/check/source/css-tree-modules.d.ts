declare module 'css-tree/tokenizer' {
  /** Token types by name. */
  export const tokenTypes: Readonly<Record<string, number>>

  /** Splits CSS into tokens, comments included, and reports the type, start and end of each. */
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

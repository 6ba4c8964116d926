/**
 * Parses JSON without rounding: a number that JavaScript cannot hold exactly becomes its text, which an id
 * refuses and free data keeps. @throws SyntaxError when the text is not JSON.
 */
export function parseExactly(json: string): unknown {
  // Looking at each number takes several times as long as parsing alone.
  return mayRound.test(json) ? JSON.parse(json, keepDigits) : JSON.parse(json)
}

// Up to 15 digits are always exact; an exponent can exceed the range. Inside a string, such a number seldom follows
// one of these characters.
const mayRound = /[:,[\s]-?(?:[0-9.]{16}|[0-9.]+[eE])/

const mostDigits = 400

function keepDigits(_: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  const isExact = (Number.isSafeInteger(value) || !Number.isInteger(value)) && context.source.length <= mostDigits
  return isExact && digitsOf(context.source) === digitsOf(String(value)) ? value : context.source
}

/** Normalises a number: its significant digits, and the power of ten of the last one. */
function digitsOf(number: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  return significant && `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

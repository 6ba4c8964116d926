/** The minimum contrast of text and its background (WCAG 2.2, "Contrast (Minimum)"). */
export const textContrast = 4.5

/** Computes the contrast ratio of WCAG 2.2; it is below 1 if the first colour is the darker one. */
export function contrast(light: string, dark: string): number {
  return (luminance(light) + 0.05) / (luminance(dark) + 0.05)
}

/** Chooses the colour of text on a background: white if its contrast suffices, else a dark one. One of them always suffices. */
export function textColourOn(background: string): string {
  const isReadable = (colour: string) => Math.max(contrast(colour, background), contrast(background, colour)) >= textContrast
  return ['#ffffff', '#14172b'].find(isReadable) ?? '#000000'
}

/** Darkens a text colour until it contrasts enough with white. */
export function darkenOnWhite(colour: string): string {
  for (let share = 1; share > 0; share -= 0.02) {
    const darker = `#${channelsOf(colour)
      .map((channel) =>
        Math.round(channel * share)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`
    if (contrast('#ffffff', darker) >= textContrast) return darker
  }
  return '#000000'
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((value) => {
    const channel = value / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Reads the channels of `#rrggbb` or `#rgb`, each from 0 to 255. */
export function channelsOf(colour: string): number[] {
  const digits = colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit).join('') : colour.slice(1)
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16))
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrast, darkenOnWhite, textColourOn } from '../../functions/contract/colours.ts'

const shades = ['00', '33', '66', '77', '99', 'cc', 'ff']
const colours = shades.flatMap((red) => shades.flatMap((green) => shades.map((blue) => `#${red}${green}${blue}`)))

test('text on any ground is readable', () => {
  for (const ground of colours) {
    const text = textColourOn(ground)
    assert.ok(Math.max(contrast(text, ground), contrast(ground, text)) >= 4.5, `${text} on ${ground}`)
  }
  assert.deepEqual(['#0a58a8', '#ffb800', '#e6421f'].map(textColourOn), ['#ffffff', '#14172b', '#000000'])
})

test('a pale colour is darkened until it is readable on white, and keeps its hue; others stay', () => {
  for (const colour of colours) assert.ok(contrast('#ffffff', darkenOnWhite(colour)) >= 4.5, colour)
  assert.equal(darkenOnWhite('#12355b'), '#12355b')
  assert.match(darkenOnWhite('#ffcc00'), /^#8.[67].00$/)
  assert.equal(darkenOnWhite('#ffffff'), '#757575')
})

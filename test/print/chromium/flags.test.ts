import assert from 'node:assert/strict'
import { test } from 'node:test'
import puppeteer from 'puppeteer-core'
import { chromiumFlags } from '../../../functions/print/chromium/flags.ts'

const unwanted = ['--enable-automation', '--export-tagged-pdf', '--generate-pdf-document-outline']

/** Splits the lists of features, so that each is a flag. */
const single = (flags: string[]) =>
  flags.flatMap((flag) => {
    const [name, features] = flag.split(/(?<=-features)=/)
    return features?.split(',').map((feature) => `${name}=${feature}`) ?? [flag]
  })

test('Chromium is started with the flags of Puppeteer, except for three', async () => {
  const usual = single(await puppeteer.defaultArgs({ headless: 'shell' })).filter((flag) => !unwanted.includes(flag))
  const ours = new Set([...single(chromiumFlags), 'about:blank'])
  assert.deepEqual(
    usual.filter((flag) => !ours.has(flag)),
    [],
  )
  for (const flag of unwanted) assert.ok(!chromiumFlags.includes(flag), flag)
})

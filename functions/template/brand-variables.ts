import { textColourOn } from '../contract/colours.ts'
import type { Branding } from '../contract/schemas/branding.ts'
import { standardVariables } from '../contract/template-language.ts'
import { trustedMarkup } from './compile.ts'
import { known } from './variables.ts'

/** Builds the template variables of an event's branding; those of unset fields are absent. */
export function brandVariables(branding: Branding | null): Record<string, unknown> {
  if (!branding) return {}
  const { logo, background, sponsors, accent, ink, organiser, website, terms } = branding
  return known({
    brandLogo: logo && trustedMarkup(logo),
    brandBackground: background && trustedMarkup(background),
    brandSponsors: sponsors?.map(trustedMarkup),
    brandAccent: accent,
    brandOnAccent: accent && textColourOn(accent),
    brandInk: ink,
    brandOrganiser: organiser,
    brandWebsite: website,
    brandWebsiteText: website?.replace(/^https:\/\/|\/$/g, ''),
    brandTerms: terms,
  })
}

/** A branding with every field, for trial prints. */
export const exampleBranding = brandVariables({
  logo: standardVariables.brandLogo.example,
  background: standardVariables.brandBackground.example,
  sponsors: [standardVariables.brandLogo.example],
  accent: standardVariables.brandAccent.example,
  ink: standardVariables.brandInk.example,
  organiser: standardVariables.brandOrganiser.example,
  website: standardVariables.brandWebsite.example,
  terms: standardVariables.brandTerms.example,
})

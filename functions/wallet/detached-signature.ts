import { constants, createPrivateKey, privateEncrypt, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import type { AppleSettings } from './wallet-settings.ts'

/** A function that signs content and returns the detached signature, PKCS #7 in DER. */
export type DetachedSigner = (content: Buffer) => Buffer

/**
 * Makes a signer from a certificate and its RSA key. Signatures carry both certificates and the signing time.
 * OpenSSL computes the RSA signature, which takes node-forge 30 ms.
 * @throws Error if key and certificate do not match. The message contains no secret.
 */
export function makeDetachedSigner(settings: Pick<AppleSettings, 'certificate' | 'privateKey' | 'passphrase' | 'intermediate'>) {
  const key = readKey(settings)
  if (key.asymmetricKeyType !== 'rsa') throw new Error('The private key for Apple Wallet must be an RSA key.')
  if (!new X509Certificate(settings.certificate).checkPrivateKey(key))
    throw new Error('The private key for Apple Wallet does not match the certificate.')
  const certificate = forge.pki.certificateFromPem(settings.certificate)
  const intermediate = forge.pki.certificateFromPem(settings.intermediate)
  const sign = (digest: forge.md.MessageDigest) => {
    const info = Buffer.concat([sha256Prefix, Buffer.from(digest.digest().getBytes(), 'binary')])
    return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info).toString('binary')
  }
  const signingKey = { ...forge.pki.privateKeyFromPem(key.export({ type: 'pkcs1', format: 'pem' }).toString()), sign }
  const signer: DetachedSigner = (content) => {
    const signed = forge.pkcs7.createSignedData()
    signed.content = forge.util.createBuffer(content.toString('binary'))
    signed.addCertificate(intermediate)
    signed.addCertificate(certificate)
    signed.addSigner({ key: signingKey, certificate, digestAlgorithm: forge.pki.oids.sha256 ?? '', authenticatedAttributes })
    signed.sign({ detached: true })
    return Buffer.from(forge.asn1.toDer(signed.toAsn1()).getBytes(), 'binary')
  }
  return signer
}

/** The DER prefix of a SHA-256 digest in an RSA signature (RFC 8017, section 9.2, note 1). */
const sha256Prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex')

const authenticatedAttributes = [
  { type: forge.pki.oids.contentType ?? '', value: forge.pki.oids.data ?? '' },
  { type: forge.pki.oids.messageDigest ?? '' },
  { type: forge.pki.oids.signingTime ?? '' },
]

function readKey({ privateKey: key, passphrase }: Pick<AppleSettings, 'privateKey' | 'passphrase'>) {
  try {
    return createPrivateKey({ key, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) })
  } catch {
    throw new Error('The private key for Apple Wallet cannot be read: it is damaged, or its passphrase is wrong.')
  }
}

import { generateKeyPairSync, sign } from 'node:crypto'

/** What a TLS server shows, as PEM; the certificate is also what its clients trust. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
}

const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
  ipAddress: 0x87,
} as const

const ecdsaWithSha256 = Buffer.from('2a8648ce3d040302', 'hex')
const commonName = Buffer.from('550403', 'hex')
const subjectAlternativeName = Buffer.from('551d11', 'hex')

/** A fresh certificate for 127.0.0.1 and localhost, signed by itself (RFC 5280). */
export function selfSigned(): TlsIdentity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = der(tags.sequence, der(tags.objectId, ecdsaWithSha256))
  const attribute = [der(tags.objectId, commonName), der(tags.utf8String, Buffer.from('test'))]
  const name = der(tags.sequence, der(tags.set, der(tags.sequence, ...attribute)))
  const names = [
    der(tags.ipAddress, Buffer.from([127, 0, 0, 1])),
    der(tags.dnsName, Buffer.from('localhost')),
  ]
  const alternatives = der(tags.octetString, der(tags.sequence, ...names))
  const extension = der(tags.sequence, der(tags.objectId, subjectAlternativeName), alternatives)
  const signed = der(
    tags.sequence,
    der(tags.version, der(tags.integer, Buffer.from([2]))),
    der(tags.integer, Buffer.from([1])),
    algorithm,
    name,
    der(tags.sequence, time('20000101000000Z'), time('29990101000000Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(tags.extensions, der(tags.sequence, extension)),
  )
  const signature = der(
    tags.bitString,
    Buffer.concat([Buffer.from([0]), sign('sha256', signed, privateKey)]),
  )
  const certificate = der(tags.sequence, signed, algorithm, signature)
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

function time(text: string): Buffer {
  return der(tags.generalizedTime, Buffer.from(text))
}

/** One value in the encoding of certificates (X.690), of what it is made of. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

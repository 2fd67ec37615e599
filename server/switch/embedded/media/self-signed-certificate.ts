import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate for DTLS-SRTP, where the fingerprint in the SDP is what is trusted (RFC 8122), not an issuer. */
export interface DtlsCertificate {
  certificatePem: string;
  keyPem: string;
  /** As in `a=fingerprint`: `sha-256 AB:CD:…`. */
  fingerprint: string;
}

const VALID_YEARS = 5;

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const VERSION_TAG = 0xa0;

/** 1.2.840.10045.4.3.2, ecdsa-with-SHA256 (RFC 5758 §3.2). */
const ECDSA_WITH_SHA256 = Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);
/** 2.5.4.3, common name. */
const COMMON_NAME = Buffer.from([0x55, 0x04, 0x03]);

/** One DER element (ITU-T X.690). */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function name(commonName: string): Buffer {
  const attribute = der(
    SEQUENCE,
    der(OBJECT_IDENTIFIER, COMMON_NAME),
    der(UTF8_STRING, Buffer.from(commonName, 'utf8')),
  );
  return der(SEQUENCE, der(SET, attribute));
}

/** `YYMMDDHHMMSSZ` */
function utcTime(date: Date): Buffer {
  const text = date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${text}Z`, 'latin1'));
}

/** Makes a key (P-256) and a certificate (RFC 5280) that it signs itself. */
export function createDtlsCertificate(now = new Date()): DtlsCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, der(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256));
  const subject = name('telebar');
  const serial = randomBytes(16);
  // Positive and without leading zeros, as an INTEGER must be.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + VALID_YEARS);
  const unsigned = der(
    SEQUENCE,
    der(VERSION_TAG, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, serial),
    algorithm,
    subject,
    der(SEQUENCE, utcTime(new Date(now.getTime() - 86_400_000)), utcTime(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', unsigned, privateKey);
  const certificate = der(SEQUENCE, unsigned, algorithm, der(BIT_STRING, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  const digest = createHash('sha256').update(certificate).digest('hex').toUpperCase();
  return {
    certificatePem: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    fingerprint: `sha-256 ${digest.match(/../g)?.join(':') ?? ''}`,
  };
}

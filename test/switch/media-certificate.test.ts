import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDtlsCertificate } from '../../server/switch/embedded/media/self-signed-certificate.ts';

test('the certificate is well-formed, signed by its own key, valid now, and has the fingerprint that is told', () => {
  const { certificatePem, keyPem, fingerprint } = createDtlsCertificate(new Date('2026-11-20T09:00:00Z'));
  const certificate = new X509Certificate(certificatePem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
  expect(certificate.subject).toBe('CN=telebar');
  expect(certificate.issuer).toBe('CN=telebar');
  expect(new Date(certificate.validFrom).toISOString()).toBe('2026-11-19T09:00:00.000Z');
  expect(new Date(certificate.validTo).toISOString()).toBe('2031-11-20T09:00:00.000Z');
  expect(fingerprint).toBe(`sha-256 ${certificate.fingerprint256}`);
});

test('every certificate is another', () => {
  expect(createDtlsCertificate().fingerprint).not.toBe(createDtlsCertificate().fingerprint);
});

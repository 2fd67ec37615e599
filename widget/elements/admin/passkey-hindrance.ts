/**
 * Why this page can use no passkeys; null: it can.
 * @param origin of the pages for which passkeys are
 */
export function passkeyHindrance(origin: string): 'insecure' | 'elsewhere' | 'unsupported' | null {
  if (!window.isSecureContext) return 'insecure';
  if (location.origin !== origin) return 'elsewhere';
  return typeof PublicKeyCredential === 'undefined' ? 'unsupported' : null;
}

/** Whoever was asked by the browser has said no, or nothing. */
export function wasCancelled(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}

/** Classes of a login with several factors, as providers call them. */
const CLASSES = new Set([
  'phr',
  'phrh',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'http://schemas.microsoft.com/claims/multipleauthn',
  'https://refeds.org/profile/mfa',
]);
/** Methods that are no password (RFC 8176). */
const SECOND = new Set(['otp', 'hwk', 'swk', 'sms', 'tel', 'sc', 'fpt', 'face', 'iris', 'pop', 'vbm']);
const FIRST = new Set(['pwd', 'pin']);

/** Whether the provider says that a second factor was proved there: `amr` (RFC 8176), or `acr`. */
export function hasProvedFactor({ amr, acr }: { readonly amr?: unknown; readonly acr?: unknown }): boolean {
  const methods = Array.isArray(amr) ? amr.filter((each) => typeof each === 'string') : [];
  if (methods.includes('mfa')) return true;
  if (methods.some((each) => FIRST.has(each)) && methods.some((each) => SECOND.has(each))) return true;
  return typeof acr === 'string' && CLASSES.has(acr);
}

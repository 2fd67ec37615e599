import type { RequestHandler } from 'express';

/** For everything: no sniffing, no referrer, and HSTS where the request came by HTTPS. */
export const securityHeaders: RequestHandler = (request, response, next) => {
  response.set({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' });
  if (request.secure) response.set('Strict-Transport-Security', 'max-age=31536000');
  next();
};

/** For our own pages: nothing but what this server gives, and sockets to it and to the given origins. */
export const pagePolicy =
  (foreign: readonly string[]): RequestHandler =>
  (request, response, next) => {
    const host = request.get('host') ?? '';
    // `'self'` covers the sockets of the same host only in newer browsers.
    const own = /^[A-Za-z0-9.:[\]-]+$/.test(host) ? [`ws://${host}`, `wss://${host}`] : [];
    response.set({
      'Content-Security-Policy': [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self' data: blob:",
        ["connect-src 'self'", ...own, ...foreign].join(' '),
        "worker-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'Permissions-Policy': 'microphone=(self), camera=(), geolocation=()',
    });
    next();
  };

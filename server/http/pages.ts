import { join } from 'node:path';
import express, { Router, type Response } from 'express';
import { pagePolicy } from './security-headers.ts';

/** What any page may load with a script tag, whatever its origin. */
function forEverybody(response: Response): void {
  response.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
}

/**
 * The built files: the loader (renewed every five minutes), its parts (named by their content, so kept for ever), and in
 * demo mode the demo's pages.
 */
export function pages(folder: string, demo: boolean): Router {
  const router = Router();
  const parts = join(folder, 'assets');
  router.use(
    '/assets',
    express.static(parts, { index: false, immutable: true, maxAge: '365d', setHeaders: forEverybody }),
  );
  router.get('/telebar.js', (_request, response, next) => {
    forEverybody(response);
    response.sendFile('telebar.js', { root: folder, maxAge: '5m' }, (error) => {
      if (error) next();
    });
  });
  if (!demo) return router;
  const asPage = { index: false as const, maxAge: 0 };
  router.get('/', pagePolicy, (_request, response, next) => {
    response.sendFile('index.html', { root: join(folder, 'demo') }, (error) => {
      if (error) next();
    });
  });
  router.use('/demo', pagePolicy, express.static(join(folder, 'demo'), asPage));
  return router;
}

import { join } from 'node:path';
import express, { Router, type Response } from 'express';
import { pagePolicy } from './security-headers.ts';

/** What any page may load with a script tag, whatever its origin. */
function forEverybody(response: Response): void {
  response.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
}

/**
 * The built files: the loader (renewed every five minutes), its parts (named by their content, so kept for ever), the page of the administration, and in
 * demo mode the demo's pages. Pages may open the given foreign sockets.
 */
export function pages(folder: string, demo: boolean, sockets: readonly string[]): Router {
  const router = Router();
  const parts = { index: false, immutable: true, maxAge: '365d', setHeaders: forEverybody } as const;
  router.use('/assets', express.static(join(folder, 'assets'), parts));
  const loader = { index: false, maxAge: '5m', setHeaders: forEverybody } as const;
  router.get('/telebar.js', express.static(folder, loader));
  // The licences of what is bundled in both.
  router.get('/NOTICE.txt', express.static(folder, loader));
  router.use(
    '/admin',
    pagePolicy(sockets),
    express.static(join(folder, 'widget/pages'), { index: 'admin.html' }),
  );
  if (demo) {
    router.get('/', ({ url }, response) => response.redirect(`/demo/${url.slice(1)}`));
    router.use('/demo', pagePolicy(sockets), express.static(join(folder, 'demo')));
  }
  return router;
}

import { onPage } from '../platform/page-events.ts';

const said = new Set<string>();

/**
 * Tells on the console what the page's content security policy forbids of ours, each thing once: the browser's own message
 * names a directive, not what to write into it. Returns what tells whether there was something.
 */
export function watchPolicy(server: string): () => boolean {
  const socket = server.replace(/^http/, 'ws');
  onPage(document, 'securitypolicyviolation', (event: SecurityPolicyViolationEvent) => {
    const { blockedURI, effectiveDirective, sample } = event;
    const templates = effectiveDirective === 'trusted-types' && sample.includes('lit-html');
    if (!templates && !blockedURI.startsWith(server) && !blockedURI.startsWith(socket)) return;
    const missing = templates
      ? "trusted-types lit-html 'allow-duplicates'"
      : `${effectiveDirective.replace('-elem', '')} ${blockedURI.startsWith(socket) ? socket : server}`;
    if (said.has(missing)) return;
    said.add(missing);
    console.error(`Telebar: this page's Content-Security-Policy lacks "${missing}".`);
  });
  return () => said.size > 0;
}

/** What this page cannot do, whatever the server says. */
export function warnOfPage(server: string): void {
  if (!window.isSecureContext) {
    console.warn(
      'Telebar: this page is not secure (http), so the browser gives it no microphone. Desk phones work; for calls in the browser serve the page by https.',
    );
  }
  if (window.origin === 'null') {
    console.warn(
      'Telebar: this page has no origin of its own (a sandboxed frame without allow-same-origin, or a file); no team can allow it.',
    );
  }
  if (
    location.protocol === 'https:' &&
    server.startsWith('http:') &&
    !/\/\/(localhost|127\.|\[::1\])/.test(server)
  ) {
    console.error(`Telebar: this page is https and its server ${server} is not; the browser blocks that.`);
  }
}

/** Why the widget could not be loaded or started, as a sentence that says what to do. */
export async function startFailure(
  error: unknown,
  server: string,
  forbidden: () => boolean,
): Promise<string> {
  const text = String(error);
  if (text.includes('createPolicy') || text.includes('TrustedHTML')) {
    return "the page's Content-Security-Policy must have \"trusted-types lit-html 'allow-duplicates'\".";
  }
  if (error instanceof DOMException && error.name === 'NotSupportedError') {
    return 'another script has defined an element of the same name, e.g. Telebar is also bundled into the page.';
  }
  if (forbidden()) return "the page's Content-Security-Policy forbids it, see above.";
  if (!(error instanceof TypeError)) return text;
  try {
    await fetch(`${server}/healthz`, { mode: 'no-cors', cache: 'no-store', credentials: 'omit' });
  } catch {
    return `${server} cannot be reached from this page. Is the server running, is the address right (data-server), is its certificate valid?`;
  }
  return `${server} answers, but not with the widget. Is the address right (data-server)? Does a proxy or a service worker hold back its files or their CORS headers?`;
}

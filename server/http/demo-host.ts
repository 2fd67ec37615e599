import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { RequestHandler } from 'express';
import { DomainError } from '../core/kernel/domain-error.ts';

/**
 * Whether a `Host` header names this machine. A demo gives its passwords and tokens to everybody who reaches it, and a
 * page of the internet reaches it when its own name is made to lead here (DNS rebinding): the browser then takes both for
 * one site, and only the name in `Host` tells. An address or `localhost` cannot be made to lead elsewhere.
 * @param names that the operator has configured
 */
export function namesThisMachine(host: string | undefined, names: readonly string[]): boolean {
  const [, name = ''] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  const plain = name
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (plain === 'localhost' || names.includes(plain)) return true;
  return isIP(plain) !== 0 && isOwnAddress(plain);
}

function isOwnAddress(address: string): boolean {
  if (address.startsWith('127.') || address === '::1') return true;
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return own.some((each) => each.address.toLowerCase() === address);
}

export const FOREIGN_HOST =
  'This is a demo, which answers under localhost and the addresses of its machine only: name others in TELEBAR_HOSTS.';

/** Refuses what was sent to another name, whatever is asked. */
export function onlyThisMachine(names: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (!namesThisMachine(request.headers.host, names)) {
      throw new DomainError('forbidden', FOREIGN_HOST, { host: request.headers.host ?? null });
    }
    next();
  };
}

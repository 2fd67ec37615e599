import { randomBytes } from 'node:crypto';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import { AriError, AsteriskUnusable, isGone } from './ari-error.ts';
import type { AsteriskConfig } from './asterisk-config.ts';

/** Written and taken away again, to see whether agents' phones can be made at run time. */
const PROBE = 'telebar-probe';

type Setup = Pick<AsteriskConfig, 'ariUrl' | 'trunk' | 'transports'>;

/**
 * Whether Asterisk's configuration has what ours names. What only some calls need is told to the log; without the rest
 * nobody could work.
 * @throws AsteriskUnusable with a sentence for the operator
 */
export async function checkSetup(
  client: AriClient,
  { ariUrl, trunk, transports }: Setup,
  log: Pick<SwitchLog, 'warn' | 'error'>,
): Promise<void> {
  if (!(await hasObject(client, 'transport', transports.browser))) {
    throw new AsteriskUnusable(
      `Asterisk at ${ariUrl} has no transport ${transports.browser} for browsers: add it to pjsip.conf (protocol = ws) and restart Asterisk, or name yours in TELEBAR_ASTERISK_WS_TRANSPORT.`,
    );
  }
  if (!(await hasObject(client, 'transport', transports.phone))) {
    log.warn(
      { transport: transports.phone },
      'Asterisk has no such transport for desk phones: add it to pjsip.conf, or set TELEBAR_ASTERISK_UDP_TRANSPORT',
    );
  }
  await checkWriting(client, ariUrl);
  if (trunk !== null && !(await hasObject(client, 'endpoint', trunk))) {
    log.error(
      { trunk },
      'Asterisk has no PJSIP endpoint of this name, so nobody outside can be called: set TELEBAR_ASTERISK_TRUNK to the endpoint of your carrier in pjsip.conf',
    );
  }
}

async function hasObject(client: AriClient, objectType: string, id: string): Promise<boolean> {
  try {
    await client.call('GET /asterisk/config/dynamic/{configClass}/{objectType}/{id}', {
      path: { configClass: 'res_pjsip', objectType, id },
    });
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** An Asterisk that never had a PJSIP endpoint does not know the technology yet: one comes and goes. @throws AriError */
export async function introduceTechnology(client: AriClient): Promise<void> {
  const path = { configClass: 'res_pjsip', objectType: 'endpoint', id: PROBE };
  await client.call('PUT /asterisk/config/dynamic/{configClass}/{objectType}/{id}', {
    path,
    body: { fields: [{ attribute: 'allow', value: 'ulaw' }] },
  });
  try {
    await client.call('DELETE /asterisk/config/dynamic/{configClass}/{objectType}/{id}', { path });
  } catch (error) {
    // Another server of the same Asterisk has done the same.
    if (!isGone(error)) throw error;
  }
}

/** An ARI user that may only read, or a sorcery.conf without our lines, would show when the first agent signs in. */
async function checkWriting(client: AriClient, ariUrl: string): Promise<void> {
  const path = { configClass: 'res_pjsip', objectType: 'auth', id: PROBE };
  try {
    await client.call('PUT /asterisk/config/dynamic/{configClass}/{objectType}/{id}', {
      path,
      // Of all objects the one that nothing in Asterisk watches; nobody knows this password.
      body: {
        fields: [
          { attribute: 'auth_type', value: 'userpass' },
          { attribute: 'username', value: PROBE },
          { attribute: 'password', value: randomBytes(16).toString('hex') },
        ],
      },
    });
    await client.call('DELETE /asterisk/config/dynamic/{configClass}/{objectType}/{id}', { path });
  } catch (cause) {
    if (!(cause instanceof AriError) || cause.status === 0) throw cause;
    // Another server of the same Asterisk has just tried the same.
    if (cause.status === 404) return;
    throw new AsteriskUnusable(
      /Write access denied/i.test(cause.message)
        ? `The ARI user of Asterisk at ${ariUrl} may only read: set read_only = no in ari.conf.`
        : `Asterisk at ${ariUrl} takes no phones at run time: add the lines of docs/asterisk/sorcery.conf to sorcery.conf and restart Asterisk.`,
      { cause },
    );
  }
}

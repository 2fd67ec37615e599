import { createHash, randomBytes } from 'node:crypto';
import { type EndpointSpec, SwitchError } from '../../core/ports/switch.ts';
import { SIP_REALM } from '../embedded/sip-realm.ts';
import { MAX_NAME, plain } from '../stranger-text.ts';
import type { AriClient } from './ari-client.ts';
import { AriError, isGone } from './ari-error.ts';
import { type AsteriskConfig, QUALIFY_S, RTP_TIMEOUT_S } from './asterisk-config.ts';

type ObjectType = 'auth' | 'aor' | 'endpoint' | 'contact';

/** In the order in which they are offered: a browser takes the first. Opus mends what a bad network loses. */
export const BROWSER_CODECS = 'opus,ulaw,alaw';

type Config = Pick<AsteriskConfig, 'application' | 'context' | 'transports'>;

/** What a device is in Asterisk: three objects of PJSIP that are written and taken away at run time. */
export class PjsipObjects {
  readonly #client: AriClient;
  readonly #config: Config;
  readonly #tellsTransfers: () => boolean;

  /** @param tellsTransfers whether Asterisk leaves to us what a phone asks for by REFER */
  constructor(client: AriClient, config: Config, tellsTransfers: () => boolean) {
    this.#client = client;
    this.#config = config;
    this.#tellsTransfers = tellsTransfers;
  }

  /** Everything of a device; with `null` for its credential nobody knows the secret any more. @throws SwitchError */
  async write(spec: EndpointSpec, ha1: string | null): Promise<void> {
    const { username } = spec;
    await this.writeCredential(spec, ha1);
    await this.#put('aor', username, {
      max_contacts: '1',
      remove_existing: 'yes',
      minimum_expiration: '30',
      // A phone behind a proxy is reached along the path that it has registered by (RFC 3327).
      support_path: 'yes',
      qualify_frequency: String(QUALIFY_S),
      qualify_timeout: '3.0',
    });
    await this.#put('endpoint', username, this.#endpoint(spec));
  }

  /** The credential alone, which leaves the registration as it is. @throws SwitchError */
  async writeCredential({ username }: EndpointSpec, ha1: string | null): Promise<void> {
    await this.#put('auth', username, {
      auth_type: 'digest',
      username,
      realm: SIP_REALM,
      // Asterisk knows no expiry of a secret.
      password_digest: `MD5:${ha1 ?? randomBytes(16).toString('hex')}`,
    });
  }

  /** @param contact the address that it is registered with, as far as it is known @throws AriError */
  async remove(username: string, contact: string | null): Promise<void> {
    // The contact outlives its address of record otherwise, and would be found by the next of the same name.
    if (contact) await this.#delete('contact', contactId(username, contact));
    for (const type of ['endpoint', 'aor', 'auth'] as const) await this.#delete(type, username);
  }

  /** Names of all devices that a server of this application has made here, also one that is gone. @throws AriError */
  async made(): Promise<string[]> {
    const listed = await this.listed();
    const ours: string[] = [];
    for (const { resource } of listed) {
      try {
        const fields = await this.#client.call(
          'GET /asterisk/config/dynamic/{configClass}/{objectType}/{id}',
          { path: { configClass: 'res_pjsip', objectType: 'endpoint', id: resource } },
        );
        const mark = fields.find(({ attribute }) => attribute === 'accountcode')?.value;
        if (mark === this.#mark) ours.push(resource);
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    }
    return ours;
  }

  /** Every endpoint that Asterisk has, whoever made it, and whether it is registered. @throws AriError */
  async listed(): Promise<{ resource: string; state?: string }[]> {
    try {
      return await this.#client.call('GET /endpoints/{tech}', { path: { tech: 'PJSIP' } });
    } catch (error) {
      // Asterisk says so when there is not one.
      if (isGone(error)) return [];
      throw error;
    }
  }

  /** What a registered device calls itself; '' when it is gone again. */
  async userAgent(username: string, contact: string): Promise<string> {
    if (contact === '') return '';
    try {
      const fields = await this.#client.call('GET /asterisk/config/dynamic/{configClass}/{objectType}/{id}', {
        path: { configClass: 'res_pjsip', objectType: 'contact', id: contactId(username, contact) },
      });
      return plain(fields.find(({ attribute }) => attribute === 'user_agent')?.value ?? '', MAX_NAME);
    } catch (error) {
      // Gone again already; who it was does not matter then.
      if (error instanceof AriError) return '';
      throw error;
    }
  }

  /** Whether its REFERs are taken: a desk phone's, where Asterisk leaves them to us. */
  mayTransfer({ kind, device }: EndpointSpec): boolean {
    return kind === 'agent' && device === 'phone' && this.#tellsTransfers();
  }

  /** Stands on every device that we make, so that those of a server that is gone are known as ours. */
  get #mark(): string {
    return `telebar:${this.#config.application}`;
  }

  #endpoint(spec: EndpointSpec): Record<string, string> {
    const { username, device } = spec;
    const { transports, context } = this.#config;
    return {
      auth: username,
      aors: username,
      context,
      disallow: 'all',
      ...(device === 'browser'
        ? { transport: transports.browser, webrtc: 'yes', allow: BROWSER_CODECS }
        : {
            transport: transports.phone,
            allow: 'ulaw,alaw',
            rtp_symmetric: 'yes',
            force_rport: 'yes',
            rewrite_contact: 'yes',
          }),
      identify_by: 'username',
      accountcode: this.#mark,
      dtmf_mode: 'auto_info',
      rtp_timeout: String(RTP_TIMEOUT_S),
      direct_media: 'no',
      // Nobody but call control moves calls.
      allow_transfer: this.mayTransfer(spec) ? 'yes' : 'no',
      allow_subscribe: 'no',
    };
  }

  async #put(objectType: ObjectType, id: string, fields: Record<string, string>): Promise<void> {
    try {
      await this.#client.call('PUT /asterisk/config/dynamic/{configClass}/{objectType}/{id}', {
        path: { configClass: 'res_pjsip', objectType, id },
        body: { fields: Object.entries(fields).map(([attribute, value]) => ({ attribute, value })) },
      });
    } catch (cause) {
      if (!(cause instanceof AriError)) throw cause;
      const code = cause.status === 0 ? 'switch-down' : 'wrong-state';
      throw new SwitchError(code, `Asterisk does not take the ${objectType} ${id}`, { cause });
    }
  }

  async #delete(objectType: ObjectType, id: string): Promise<void> {
    try {
      await this.#client.call('DELETE /asterisk/config/dynamic/{configClass}/{objectType}/{id}', {
        path: { configClass: 'res_pjsip', objectType, id },
      });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** As Asterisk names contacts: the address of record and the MD5 of the address. */
function contactId(username: string, uri: string): string {
  return `${username};@${createHash('md5').update(uri).digest('hex')}`;
}

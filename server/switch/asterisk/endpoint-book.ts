import type { EndpointId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import {
  type EndpointSpec,
  type EndpointStatus,
  SwitchError,
  type SwitchEvent,
} from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { AriError, isGone } from './ari-error.ts';
import type { AriLink } from './ari-link.ts';
import type { AriEvent } from './ari-types.ts';
import { type AsteriskConfig, QUALIFY_S } from './asterisk-config.ts';
import { OrphanPhones } from './orphan-phones.ts';
import { PjsipObjects } from './pjsip-objects.ts';
import { TOLD_TO_ARI, tellsTransfers } from './transfers.ts';

/** In this time Asterisk has asked every phone whether it is there, and knows. */
const ASKED_AGAIN_MS = (QUALIFY_S + 5) * 1_000;

type ContactInfo = Extract<AriEvent, { type: 'ContactStatusChange' }>['contact_info'];

interface Entry {
  spec: EndpointSpec;
  /** The contact that it is registered with; null: it is offline. */
  contact: { uri: string; userAgent: string; latencyMs: number | null } | null;
  stopExpiry: () => void;
}

export interface EndpointBookParts {
  readonly config: AsteriskConfig;
  readonly link: AriLink;
  readonly clock: Clock;
  readonly log: SwitchLog;
  readonly emit: (event: SwitchEvent) => void;
  /** It registered; `fresh` when it is another user agent than before (a reloaded page), which knows of no call. */
  readonly onOnline: (endpointId: EndpointId, fresh: boolean) => void;
  /** It is gone without a goodbye. */
  readonly onLinkLost: (endpointId: EndpointId) => void;
}

/** Agents' devices as dynamic PJSIP objects, and who of them is registered. */
export class EndpointBook {
  readonly #parts: EndpointBookParts;
  readonly #entries = new Map<EndpointId, Entry>();
  readonly #byUsername = new Map<string, EndpointId>();
  /** User part of the last contact: a page that comes back without having been reloaded has the same. */
  readonly #lastUser = new Map<EndpointId, string>();

  readonly #objects: PjsipObjects;
  /** Retired and still to be taken from Asterisk, by their names, with the contact that they had. */
  readonly #toRemove = new Map<string, string | null>();
  readonly #orphans: OrphanPhones;

  constructor(parts: EndpointBookParts) {
    this.#parts = parts;
    const { link } = parts;
    this.#objects = new PjsipObjects(link.client, parts.config, () => tellsTransfers(link.version));
    this.#orphans = new OrphanPhones({
      objects: this.#objects,
      clock: parts.clock,
      log: parts.log,
      isKnown: (username) => this.#byUsername.has(username),
    });
  }

  /** @throws SwitchError `no-such-endpoint`, `endpoint-offline` */
  reachable(endpointId: EndpointId): EndpointSpec {
    const entry = this.#entries.get(endpointId);
    if (!entry) throw new SwitchError('no-such-endpoint', `no endpoint ${endpointId}`);
    if (!entry.contact) throw new SwitchError('endpoint-offline', `${entry.spec.username} is not registered`);
    return entry.spec;
  }

  /**
   * A call to it was answered by nothing: a desk phone is offline until Asterisk has asked it once more. Asterisk tells no
   * news of one that it finds where it was, so it is asked when that must have happened.
   */
  unheard(endpointId: EndpointId): void {
    const entry = this.#entries.get(endpointId);
    if (!entry?.contact || entry.spec.device !== 'phone') return;
    const { uri } = entry.contact;
    this.#offline(endpointId, entry, 'lost');
    this.#parts.clock.after(ASKED_AGAIN_MS, () => {
      if (this.#entries.get(endpointId) !== entry || !this.#parts.link.up) return;
      this.#findOnline(endpointId, entry, uri).catch((error: unknown) => {
        this.#parts.log.warn({ err: error, endpointId }, 'a silent phone could not be asked for');
      });
    });
  }

  /** The line of the outside world that is online with this number. */
  outside(number: string): EndpointSpec | undefined {
    for (const { spec, contact } of this.#entries.values()) {
      if (contact && spec.kind === 'outside' && spec.number === number) return spec;
    }
    return undefined;
  }

  /** Whose channel that is, by a name as in `PJSIP/web_17-0000002a`. */
  ofChannel(channelName: string): EndpointSpec | undefined {
    const username = /^PJSIP\/(.+)-[0-9a-f]+$/.exec(channelName)?.[1];
    const endpointId = username === undefined ? undefined : this.#byUsername.get(username);
    return endpointId === undefined ? undefined : this.#entries.get(endpointId)?.spec;
  }

  /** What each channel of the device is given. */
  variables(endpointId: EndpointId): Readonly<Record<string, string>> {
    const spec = this.#entries.get(endpointId)?.spec;
    return spec && this.#objects.mayTransfer(spec) ? TOLD_TO_ARI : {};
  }

  device(endpointId: EndpointId): EndpointSpec['device'] | undefined {
    return this.#entries.get(endpointId)?.spec.device;
  }

  statuses(): EndpointStatus[] {
    return [...this.#entries].map(([endpointId, { contact }]) =>
      contact === null
        ? { endpointId, online: false }
        : {
            endpointId,
            online: true,
            address: addressOf(contact.uri),
            userAgent: contact.userAgent,
            ...(contact.latencyMs === null ? {} : { latencyMs: contact.latencyMs }),
          },
    );
  }

  /** As Asterisk knows it. */
  async isRegistered(username: string): Promise<boolean> {
    try {
      const { state } = await this.#parts.link.client.call('GET /endpoints/{tech}/{resource}', {
        path: { tech: 'PJSIP', resource: username },
      });
      return state === 'online';
    } catch (error) {
      if (error instanceof AriError) return false;
      throw error;
    }
  }

  /** Kept also while Asterisk is away: it gets everything when it is back. */
  async provision(spec: EndpointSpec): Promise<void> {
    const owner = this.#byUsername.get(spec.username);
    if (owner !== undefined && owner !== spec.endpointId) {
      throw new SwitchError('wrong-state', `the SIP user ${spec.username} belongs to another endpoint`);
    }
    const before = this.#entries.get(spec.endpointId);
    before?.stopExpiry();
    if (before && before.spec.username !== spec.username) await this.retire(spec.endpointId);
    const entry: Entry = {
      spec,
      contact: before?.spec.username === spec.username ? before.contact : null,
      stopExpiry: () => undefined,
    };
    this.#entries.set(spec.endpointId, entry);
    this.#byUsername.set(spec.username, spec.endpointId);
    this.#expire(entry);
    // A new credential alone must not disturb the registration.
    const onlyCredential = before !== undefined && sameButCredential(before.spec, spec);
    if (!this.#parts.link.up) return;
    const secret = this.#secretOf(spec);
    if (onlyCredential) await this.#objects.writeCredential(spec, secret);
    else await this.#objects.write(spec, secret);
    if (before === undefined) await this.#findOnline(spec.endpointId, entry);
  }

  async retire(endpointId: EndpointId): Promise<void> {
    const entry = this.#entries.get(endpointId);
    if (!entry) return;
    entry.stopExpiry();
    this.#entries.delete(endpointId);
    this.#byUsername.delete(entry.spec.username);
    this.#lastUser.delete(endpointId);
    if (entry.contact) this.#parts.emit({ type: 'endpoint-offline', endpointId, reason: 'unregistered' });
    const { username } = entry.spec;
    const contact = entry.contact?.uri ?? null;
    this.#toRemove.set(username, contact);
    if (this.#parts.link.up) await this.#removeRetired();
  }

  /** Asterisk is there (again): it gets what it may have forgotten, and says who is registered. */
  async resync(): Promise<void> {
    await this.#removeRetired();
    this.#orphans.schedule();
    for (const { spec } of this.#entries.values()) await this.#objects.write(spec, this.#secretOf(spec));
    const listed = await this.#objects.listed();
    const online = new Set(listed.filter(({ state }) => state === 'online').map(({ resource }) => resource));
    for (const [endpointId, entry] of this.#entries) {
      if (entry.contact && !online.has(entry.spec.username)) this.#offline(endpointId, entry, 'lost');
      // A contact that came while we were away is told without its address until it registers again.
      if (!entry.contact && online.has(entry.spec.username)) {
        await this.#online(endpointId, entry, { uri: '', latencyMs: null });
      }
      if (!entry.contact) this.#absent(endpointId, entry);
    }
  }

  take(event: AriEvent): void {
    if (event.type === 'ContactStatusChange')
      this.#contactChanged(event.endpoint.resource, event.contact_info);
    // Of a desk phone the contact says more: whether it has said goodbye.
    else if (event.type === 'PeerStatusChange' && event.peer.peer_status === 'Unreachable') {
      const found = this.#find(event.endpoint.resource);
      if (found?.entry.contact && found.entry.spec.device === 'browser') {
        this.#offline(found.endpointId, found.entry, 'lost');
      }
    }
  }

  close(): void {
    this.#orphans.stop();
    for (const entry of this.#entries.values()) entry.stopExpiry();
  }

  async #removeRetired(): Promise<void> {
    for (const [username, contact] of this.#toRemove) {
      try {
        // Provisioned again meanwhile: it has been written anew.
        if (!this.#byUsername.has(username)) await this.#objects.remove(username, contact);
      } catch (error) {
        // Away again: it is done when Asterisk is back.
        if (error instanceof AriError && error.status === 0) return;
        this.#parts.log.warn({ err: error, username }, 'an endpoint could not be taken from Asterisk');
      }
      this.#toRemove.delete(username);
    }
  }

  #contactChanged(resource: string, info: ContactInfo): void {
    const found = this.#find(resource);
    if (!found) return;
    const { endpointId, entry } = found;
    const usec = Number(info.roundtrip_usec ?? 0);
    const latencyMs = usec > 0 ? Math.round(usec / 100) / 10 : null;
    if (info.contact_status === 'Removed' || info.contact_status === 'Unreachable') {
      // The old contact of one that has registered anew is no news.
      if (entry.contact && entry.contact.uri !== '' && entry.contact.uri !== info.uri) return;
      // A socket that is gone takes its contact with it; a desk phone says that it goes, or is silent when it is asked.
      const left = info.contact_status === 'Removed' && entry.spec.device === 'phone';
      if (entry.contact) this.#offline(endpointId, entry, left ? 'unregistered' : 'lost');
      return;
    }
    if (entry.contact?.uri === info.uri) {
      if (latencyMs === null || latencyMs === entry.contact.latencyMs) return;
      entry.contact.latencyMs = latencyMs;
      this.#parts.emit({ type: 'endpoint-latency', endpointId, latencyMs });
      return;
    }
    void this.#online(endpointId, entry, { uri: info.uri, latencyMs });
  }

  async #online(
    endpointId: EndpointId,
    entry: Entry,
    { uri, latencyMs }: { uri: string; latencyMs: number | null },
  ): Promise<void> {
    const contact = { uri, userAgent: '', latencyMs };
    entry.contact = contact;
    const user = /^sips?:([^@;]*)@/.exec(uri)?.[1] ?? '';
    const last = this.#lastUser.get(endpointId);
    // Not known before: this process has just learned of it, and it may be in a call.
    const fresh = user !== '' && last !== undefined && last !== user;
    if (user !== '') this.#lastUser.set(endpointId, user);
    this.#parts.onOnline(endpointId, fresh);
    contact.userAgent = await this.#objects.userAgent(entry.spec.username, uri);
    if (this.#entries.get(endpointId)?.contact !== contact) return;
    this.#parts.emit({
      type: 'endpoint-online',
      endpointId,
      address: addressOf(uri),
      userAgent: contact.userAgent,
      latencyMs: contact.latencyMs,
    });
  }

  #offline(endpointId: EndpointId, entry: Entry, reason: 'lost' | 'unregistered'): void {
    entry.contact = null;
    this.#parts.emit({ type: 'endpoint-offline', endpointId, reason });
    // A desk phone may suppress silence: that it says nothing proves nothing.
    if (reason === 'lost' && entry.spec.device === 'browser') this.#parts.onLinkLost(endpointId);
  }

  /** It may have registered while another server process was here. */
  async #findOnline(endpointId: EndpointId, entry: Entry, uri = ''): Promise<void> {
    try {
      const { state } = await this.#parts.link.client.call('GET /endpoints/{tech}/{resource}', {
        path: { tech: 'PJSIP', resource: entry.spec.username },
      });
      if (state === 'online' && entry.contact === null) {
        await this.#online(endpointId, entry, { uri, latencyMs: null });
      }
    } catch (error) {
      // One that has never registered may not be listed.
      if (!isGone(error)) throw error;
    }
    if (entry.contact === null) this.#absent(endpointId, entry);
  }

  /** Its page may have gone while no server was here to see it, and have left a call behind. */
  #absent(endpointId: EndpointId, { spec }: Entry): void {
    if (spec.device === 'browser') this.#parts.onLinkLost(endpointId);
  }

  #find(username: string): { endpointId: EndpointId; entry: Entry } | null {
    const endpointId = this.#byUsername.get(username);
    const entry = endpointId === undefined ? undefined : this.#entries.get(endpointId);
    return endpointId === undefined || entry === undefined ? null : { endpointId, entry };
  }

  #expire(entry: Entry): void {
    const { spec } = entry;
    if (spec.expiresAt === null) return;
    const inMs = Math.max(0, spec.expiresAt - this.#parts.clock.now());
    entry.stopExpiry = this.#parts.clock.after(inMs, () => {
      if (!this.#parts.link.up) return;
      this.#objects.writeCredential(spec, null).catch((error: unknown) => {
        this.#parts.log.warn(
          { err: error, endpointId: spec.endpointId },
          'a credential could not be expired',
        );
      });
    });
  }

  #secretOf({ ha1, expiresAt }: EndpointSpec): string | null {
    return expiresAt === null || expiresAt > this.#parts.clock.now() ? ha1 : null;
  }
}

/** host:port of a contact's address. */
function addressOf(uri: string): string {
  return /@([^;>]+)/.exec(uri)?.[1] ?? '';
}

function sameButCredential(a: EndpointSpec, b: EndpointSpec): boolean {
  return a.username === b.username && a.device === b.device;
}

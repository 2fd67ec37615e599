import type { SipCredential } from '../contract/session.ts';
import { DomainError } from '../core/domain-error.ts';
import { asId } from '../core/ids.ts';
import type { AgentId, EndpointId } from '../core/ids.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { IdSource } from '../core/ports/id-source.ts';
import type { Provisioned, Switch } from '../core/ports/switch.ts';
import type { SipAccounts } from './sip-accounts.ts';
import type { DeskFeed } from './desk-feed.ts';
import type { Logger } from './logger.ts';
import { Mailbox } from './mailbox.ts';
import type { Identity } from './services.ts';
import type { LiveTeam, Teams } from './teams.ts';

/** How long the credential of a browser phone is accepted for new registrations, ms. */
const CREDENTIAL_MS = 600_000;

export interface BrowserDeviceDeps {
  readonly teams: Teams;
  readonly feed: DeskFeed;
  readonly switch: Switch;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly sip: SipAccounts;
}

/** Endpoints of the agents' browsers: one per agent, for the page that asked last. */
export class BrowserDevices {
  readonly #deps: BrowserDeviceDeps;
  readonly #usernames = new Map<EndpointId, string>();
  /** Two pages that ask at once must not both believe to be the last. */
  readonly #turns = new Map<AgentId, Mailbox>();

  constructor(deps: BrowserDeviceDeps) {
    this.#deps = deps;
  }

  /**
   * A credential for ten minutes. The same page asking again renews the credential of its endpoint, and a registration
   * goes on; another page gets an endpoint of its own, and the earlier one is retired and told so.
   */
  issue(who: Identity, clientId: string): Promise<SipCredential> {
    const turn = this.#turns.get(who.agentId) ?? new Mailbox();
    this.#turns.set(who.agentId, turn);
    return turn.run(() => this.#issue(who, clientId));
  }

  /** What this endpoint registers with has gone away. @returns whether it is the phone of a page, which is told then */
  moved(team: LiveTeam, endpointId: EndpointId): boolean {
    for (const [agentId, page] of team.runtime.state.pages) {
      if (page.endpointId !== endpointId) continue;
      this.#deps.feed.phoneMoved(agentId, page.clientId);
      return true;
    }
    return false;
  }

  async #issue(who: Identity, clientId: string): Promise<SipCredential> {
    const { clock, ids, sip, teams } = this.#deps;
    const team = teams.get(who.teamId);
    const profile = team.runtime.state.config.agents.get(who.agentId);
    if (!profile) throw new DomainError('not-found', 'No such agent.');
    const earlier = team.runtime.state.pages.get(who.agentId);
    const renewed = earlier?.clientId === clientId ? this.#usernames.get(earlier.endpointId) : undefined;
    const endpointId = renewed && earlier ? earlier.endpointId : asId<EndpointId>(ids.next<string>('ep'));
    const username = renewed ?? ids.next<string>('web');
    const password = sip.newPassword();
    const expiresAt = clock.now() + CREDENTIAL_MS;

    teams.ownEndpoint(endpointId, team);
    this.#usernames.set(endpointId, username);
    let place: Provisioned;
    try {
      place = await this.#deps.switch.provision({
        endpointId,
        kind: 'agent',
        device: 'browser',
        username,
        ha1: sip.ha1(username, password),
        ha1Sha256: sip.ha1Sha256(username, password),
        expiresAt,
        displayName: profile.name,
      });
    } catch (error) {
      if (!renewed) this.#forget(endpointId);
      throw new DomainError('unavailable', 'The switch takes no phones now.', {}, { cause: error });
    }
    if (!renewed) {
      await team.runtime.tell({ type: 'BrowserChosen', agentId: who.agentId, endpointId, clientId });
      if (earlier) await this.#displace(team, who.agentId, earlier);
    }
    return {
      endpointId,
      uri: `sip:${username}@${sip.domain}`,
      username,
      password,
      realm: sip.realm,
      server: place.signallingUrl ?? sip.ownPath,
      expiresAt,
      iceServers: sip.iceServers(username, clock.now()),
    };
  }

  async #displace(
    team: LiveTeam,
    agentId: AgentId,
    earlier: { endpointId: EndpointId; clientId: string },
  ): Promise<void> {
    this.#deps.feed.takenOver(agentId, earlier.clientId);
    try {
      await this.#deps.switch.retire(earlier.endpointId);
    } catch (error) {
      this.#deps.logger.warn(
        { teamId: team.row.id, endpointId: earlier.endpointId, err: error },
        'an earlier browser phone could not be retired',
      );
    }
    this.#forget(earlier.endpointId);
  }

  #forget(endpointId: EndpointId): void {
    this.#usernames.delete(endpointId);
    this.#deps.teams.dropEndpoint(endpointId);
  }
}

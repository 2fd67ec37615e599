import type { SipCredential } from '../../contract/session.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { mayWork } from '../../core/agent/availability.ts';
import { profileOf } from '../../core/model/set-up.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, EndpointId, SessionId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { Provisioned } from '../../core/ports/switch.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { SipAccounts } from '../../core/ports/sip-accounts.ts';
import type { OpenPages } from '../open-pages.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { Mailbox } from '../mailbox.ts';
import type { EndedSession, Identity } from '../../core/kernel/actor.ts';
import type { LiveTeam, Teams } from '../teams.ts';
import type { BrowserPhoneRow } from '../../core/ports/live-store.ts';
import type { LiveRepositories } from '../../core/ports/live-store.ts';

/** How long the credential of a browser phone is accepted for new registrations, ms. */
const CREDENTIAL_MS = 600_000;

/** What a timer can hold; a session that lasts longer is looked at again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A request that was authenticated before its session ended may come so late, ms. */
const ENDED_MS = 60_000;

/** A page's phone, and the session that it was given to; null: an earlier server process gave it. */
interface PagePhone {
  readonly username: string;
  readonly sessionId: SessionId | null;
  readonly cancelExpiry: () => void;
}

export interface BrowserDeviceDeps {
  readonly teams: Teams;
  readonly pages: OpenPages;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly sip: SipAccounts;
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
}

/** Endpoints of the agents' browsers: one per agent, for the page that asked last. */
export class BrowserDevices {
  readonly #deps: BrowserDeviceDeps;
  readonly #phones = new Map<EndpointId, PagePhone>();
  /** Sessions that have ended a moment ago: what they asked for before that comes too late. */
  readonly #ended = new Set<SessionId>();
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

  /**
   * A session is over: the phone that it was given is retired at once, whatever its credential says. A phone that an earlier
   * server process had given belongs to a session that is not known: it goes too, and its page, if it has a session still,
   * asks for another one.
   */
  end({ sessionId, teamId, agentId }: EndedSession): Promise<void> {
    this.#ended.add(sessionId);
    this.#deps.clock.after(ENDED_MS, () => this.#ended.delete(sessionId));
    const turn = this.#turns.get(agentId) ?? new Mailbox();
    this.#turns.set(agentId, turn);
    return turn.run(async () => {
      const team = this.#deps.teams.find(teamId);
      const page = team?.runtime.state.pages.get(agentId);
      const phone = page && this.#phones.get(page.endpointId);
      if (!team || !page || !phone) return;
      if (phone.sessionId !== null && phone.sessionId !== sessionId) return;
      await this.#retire(team, page.endpointId);
      if (phone.sessionId === null) this.#deps.pages.phoneMoved(agentId, page.clientId);
    });
  }

  /** The agent does not work here any more: whatever phone the agent's page has is retired. */
  withdraw(team: LiveTeam, agentId: AgentId): Promise<void> {
    const turn = this.#turns.get(agentId) ?? new Mailbox();
    this.#turns.set(agentId, turn);
    return turn.run(async () => {
      const page = team.runtime.state.pages.get(agentId);
      if (page && this.#phones.has(page.endpointId)) await this.#retire(team, page.endpointId);
    });
  }

  /** What this endpoint registers with has gone away. @returns whether it is the phone of a page, which is told then */
  moved(team: LiveTeam, endpointId: EndpointId): boolean {
    for (const [agentId, page] of team.runtime.state.pages) {
      if (page.endpointId !== endpointId) continue;
      this.#deps.pages.phoneMoved(agentId, page.clientId);
      return true;
    }
    return false;
  }

  /** Another process has the team, and its phones. */
  abandon(team: LiveTeam): void {
    for (const { endpointId } of team.runtime.state.pages.values()) this.#forget(endpointId);
  }

  /** Phones that pages got of an earlier server process, and may be registered with: the switch is told of them again. */
  async restore(team: LiveTeam, phones: readonly BrowserPhoneRow[]): Promise<void> {
    const { teams, logger } = this.#deps;
    for (const phone of phones) {
      const { agentId, endpointId } = phone;
      const profile = profileOf(team.runtime.state.config, agentId);
      if (!profile || !team.runtime.state.agents.has(agentId)) continue;
      teams.ownEndpoint(endpointId, team);
      this.#phones.set(endpointId, {
        username: phone.username,
        sessionId: null,
        cancelExpiry: () => undefined,
      });
      try {
        await this.#provision(team, phone, profile.name);
      } catch (error) {
        // The page finds its phone offline and asks for another one.
        logger.warn({ agentId, endpointId, err: error }, 'the switch did not take the phone of a page');
      }
    }
  }

  async #issue(who: Identity, clientId: string): Promise<SipCredential> {
    const { clock, ids, sip, teams } = this.#deps;
    const team = teams.get(who.teamId);
    const { state } = team.runtime;
    const agent = state.agents.get(who.agentId);
    const profile = profileOf(state.config, who.agentId);
    if (!profile || !agent || !mayWork(state, agent)) throw new DomainError('not-found', 'No such agent.');
    const earlier = state.pages.get(who.agentId);
    if (this.#ended.has(who.sessionId)) throw new DomainError('token-invalid', 'The session has been ended.');
    const renewed =
      earlier?.clientId === clientId ? this.#phones.get(earlier.endpointId)?.username : undefined;
    const endpointId = renewed && earlier ? earlier.endpointId : asId<EndpointId>(ids.next<string>('ep'));
    const username = renewed ?? ids.next<string>('web');
    const password = sip.newPassword();
    const phone: BrowserPhoneRow = {
      agentId: who.agentId,
      teamId: who.teamId,
      endpointId,
      clientId,
      username,
      ha1: sip.ha1(username, password),
      ha1Sha256: sip.ha1Sha256(username, password),
      // Never longer than the session that it belongs to.
      expiresAt: Math.min(clock.now() + CREDENTIAL_MS, who.expiresAt),
    };

    teams.ownEndpoint(endpointId, team);
    this.#own(endpointId, username, who);
    let place: Provisioned;
    try {
      place = await this.#provision(team, phone, profile.name);
      await this.#keep(team, phone);
    } catch (error) {
      if (!renewed) this.#forget(endpointId);
      throw new DomainError('unavailable', 'The switch takes no phones now.', {}, { cause: error });
    }
    if (!renewed) {
      await team.runtime.tell({ type: 'BrowserChosen', agentId: who.agentId, endpointId, clientId });
      // One that ended with its session has been retired already.
      if (earlier && this.#phones.has(earlier.endpointId)) await this.#displace(team, who.agentId, earlier);
    }
    return {
      endpointId,
      uri: `sip:${username}@${sip.domain}`,
      username,
      password,
      realm: sip.realm,
      server: place.signallingUrl ?? sip.ownPath,
      expiresAt: phone.expiresAt,
      iceServers: sip.iceServers(username, clock.now()),
    };
  }

  #provision(team: LiveTeam, phone: BrowserPhoneRow, displayName: string): Promise<Provisioned> {
    const { endpointId, username, ha1, ha1Sha256, expiresAt } = phone;
    const device = { kind: 'agent', device: 'browser' } as const;
    return team.place.switch.provision({
      endpointId,
      ...device,
      username,
      ha1,
      ha1Sha256,
      expiresAt,
      displayName,
    });
  }

  /** For the next server process, when the switch keeps the registration over that. */
  async #keep(team: LiveTeam, phone: BrowserPhoneRow): Promise<void> {
    if (!team.place.switch.capabilities.legsOutliveServer) return;
    await this.#deps.unitOfWork.run(async (repositories) => {
      await team.lease.fence(repositories);
      await repositories.browserPhones.save(phone);
    });
  }

  async #unkeep(team: LiveTeam, endpointId: EndpointId): Promise<void> {
    if (!team.place.switch.capabilities.legsOutliveServer) return;
    await this.#deps.unitOfWork.run(async (repositories) => {
      await team.lease.fence(repositories);
      await repositories.browserPhones.remove(team.row.id, endpointId);
    });
  }

  async #displace(
    team: LiveTeam,
    agentId: AgentId,
    earlier: { endpointId: EndpointId; clientId: string },
  ): Promise<void> {
    this.#deps.pages.takenOver(agentId, earlier.clientId);
    await this.#retire(team, earlier.endpointId);
  }

  /** From here on nobody registers with it, and whoever is registered is so no more. */
  async #retire(team: LiveTeam, endpointId: EndpointId): Promise<void> {
    try {
      await team.place.switch.retire(endpointId);
      await this.#unkeep(team, endpointId);
    } catch (error) {
      this.#deps.logger.warn(
        { teamId: team.row.id, endpointId, err: error },
        'a browser phone could not be retired',
      );
    }
    this.#forget(endpointId);
    await team.runtime.tell({ type: 'EndpointRetired', endpointId });
  }

  /** Ends with the session that asked for it, when nothing ends it before. */
  #own(endpointId: EndpointId, username: string, who: Identity): void {
    const { clock } = this.#deps;
    this.#phones.get(endpointId)?.cancelExpiry();
    const left = Math.min(LONGEST_TIMER_MS, Math.max(0, who.expiresAt - clock.now()));
    const cancelExpiry = clock.after(left, () => {
      if (clock.now() < who.expiresAt) this.#own(endpointId, username, who);
      else void this.end(who);
    });
    this.#phones.set(endpointId, { username, sessionId: who.sessionId, cancelExpiry });
  }

  stop(): void {
    for (const phone of this.#phones.values()) phone.cancelExpiry();
  }

  #forget(endpointId: EndpointId): void {
    this.#phones.get(endpointId)?.cancelExpiry();
    this.#phones.delete(endpointId);
    this.#deps.teams.dropEndpoint(endpointId);
  }
}

import { randomUUID } from 'node:crypto';
import type { SipCredential } from '../../contract/session.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId, type EndpointId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import { looksInternal } from '../../core/kernel/number/spelling.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { Switch } from '../../core/ports/switch.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { SipAccounts } from '../../core/ports/sip-accounts.ts';
import { signHostToken } from '../sessions/tokens.ts';
import type { AgentStore, TeamStore } from '../set-up/set-up-store.ts';

/** What the demo looks up. */
interface DemoStores {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
}

export const DEMO_TEAM_SLUG = 'demo';
const LINE_MS = 12 * 60 * 60 * 1000;

export interface DemoDeps {
  readonly unitOfWork: UnitOfWork<DemoStores>;
  readonly clock: Clock;
  readonly numbers: Numbers;
  readonly switch: Switch;
  readonly sip: SipAccounts;
}

/** What exists only in demo mode: the part of the host's back end, and telephone lines of the outside world. */
export class Demo {
  readonly #deps: DemoDeps;

  constructor(deps: DemoDeps) {
    this.#deps = deps;
  }

  /** Signs a token for an agent of the demo team, as a CRM's own back end would. */
  async token(username: string): Promise<{ token: string }> {
    return this.#deps.unitOfWork.run(async ({ teams, agents }) => {
      const team = await teams.bySlug(DEMO_TEAM_SLUG);
      const agent = team && (await agents.byUsername(team.id, username));
      if (team === null || agent === null) throw new DomainError('not-found', 'There is no such demo agent.');
      const claims = { team: team.slug, sub: username, jti: randomUUID() };
      return { token: await signHostToken(claims, team.embedSecret, this.#deps.clock.now()) };
    });
  }

  /** A line with this number for a browser page that behaves like a caller from outside. */
  async line(typed: string): Promise<SipCredential> {
    // Agents' calls leave in this form, so the line has to be found under it.
    const number = this.#deps.numbers.normaliseDialled(typed) ?? typed;
    const route = await this.#deps.unitOfWork.run(({ teams }) => teams.route(number));
    if (route !== null || looksInternal(number)) {
      throw new DomainError('invalid-request', 'The number is one of the team, not one outside.', {
        errors: [{ path: 'number', message: 'Choose a number that is not one of the team' }],
      });
    }
    const { sip, clock } = this.#deps;
    const username = `outside-${number.replace('+', '00')}`;
    const endpointId = asId<EndpointId>(username);
    const password = sip.newPassword();
    const expiresAt = clock.now() + LINE_MS;
    const { signallingUrl } = await this.#deps.switch.provision({
      endpointId,
      kind: 'outside',
      username,
      ha1: sip.ha1(username, password),
      ha1Sha256: sip.ha1Sha256(username, password),
      expiresAt,
      device: 'browser',
      displayName: number,
      number,
    });
    return {
      endpointId,
      uri: `sip:${username}@${sip.domain}`,
      username,
      password,
      realm: sip.realm,
      server: signallingUrl ?? sip.ownPath,
      expiresAt,
      iceServers: sip.iceServers(username, clock.now()),
    };
  }
}

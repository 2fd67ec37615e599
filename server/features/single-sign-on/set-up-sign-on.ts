import type { SignOnPatch, SignOnSetUp } from '../../contract/single-sign-on.ts';
import type { Identity, Requester } from '../../core/kernel/actor.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import { patched } from '../../core/kernel/patched.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { RIGHTS } from '../../vocabulary/rights.ts';
import { appendChange } from '../audit/record-change.ts';
import { checkGrant } from '../set-up/powers.ts';
import { checkSaved, checkVersion } from '../set-up/set-up-changes.ts';
import type { TeamStore } from '../set-up/set-up-store.ts';
import type { Providers } from './provider.ts';
import { NO_PROVIDER, type SignOnRow, type SignOnStore } from './single-sign-on-store.ts';
import type { SingleSignOn, SingleSignOnDeps } from './single-sign-on.ts';

interface Stores {
  readonly teams: TeamStore;
  readonly signOn: SignOnStore;
  readonly outbox: Outbox;
}

export interface SetUpSignOnDeps extends Pick<SingleSignOnDeps, 'fixed'> {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly providers: Pick<Providers, 'check'>;
  readonly signOn: Pick<SingleSignOn, 'redirectUri'>;
  /** Whether providers may be in the own network, and without TLS. */
  readonly inside: boolean;
}

/** With which provider the people of a team log in. */
export class SetUpSignOn {
  readonly #deps: SetUpSignOnDeps;

  constructor(deps: SetUpSignOnDeps) {
    this.#deps = deps;
  }

  get(who: Requester): Promise<SignOnSetUp> {
    return this.#deps.unitOfWork.read(async (stores) => this.#shown(await this.#row(stores, who)));
  }

  /**
   * Whoever says which provider is believed can be anybody in the team: it is for those who may do everything. One that people are to
   * log in with is asked first whether it is there.
   * @throws forbidden, invalid-request, version-conflict, sso-unavailable, sso-refused
   */
  async change(who: Identity, version: number, patch: SignOnPatch): Promise<SignOnSetUp> {
    checkGrant(who, { reach: 'team', rights: new Set(RIGHTS) });
    const { unitOfWork, providers } = this.#deps;
    const before = await unitOfWork.read((stores) => this.#row(stores, who));
    this.#check(before, version);
    const row = { ...patched(before, patch), version: version + 1 };
    if (patch.clientSecret === undefined) checkKept(before, row);
    if (row.active) {
      checkComplete(row);
      checkAddress(row, this.#deps.inside);
      await providers.check(row);
    }
    await unitOfWork.run(async (stores) => {
      // First: others who change it wait here.
      await stores.teams.raiseSetUpVersion(who.teamId);
      this.#check(await this.#row(stores, who), version);
      if (version === 0) await stores.signOn.insert(row);
      else checkSaved(await stores.signOn.update(row));
      await this.#record(stores, who, before, row);
    });
    return this.#shown(row);
  }

  async #record({ outbox }: Stores, who: Identity, before: SignOnRow, after: SignOnRow): Promise<void> {
    const { ids, clock } = this.#deps;
    const rows = { before: audited(before), after: audited(after) };
    await appendChange(outbox, who, 'single-sign-on', rows, { ids, now: clock.now() });
  }

  #check(row: SignOnRow & { fixed?: boolean }, version: number): void {
    if (row.fixed === true) {
      throw new DomainError(
        'forbidden',
        'The operator has set single sign-on up with TELEBAR_OIDC_ISSUER: it is changed there.',
      );
    }
    checkVersion(row, version, this.#shown(row));
  }

  async #row({ teams, signOn }: Stores, { teamId }: Requester): Promise<SignOnRow & { fixed?: boolean }> {
    const team = await teams.byId(teamId);
    const fixed = team && this.#deps.fixed(team.slug);
    if (fixed) return { ...fixed, teamId, fixed: true };
    return (await signOn.byTeam(teamId)) ?? { ...NO_PROVIDER, teamId };
  }

  #shown({
    teamId: _teamId,
    clientSecret,
    fixed = false,
    ...row
  }: SignOnRow & { fixed?: boolean }): SignOnSetUp {
    const { redirectUri } = this.#deps.signOn;
    return { ...row, hasSecret: clientSecret !== null, redirectUri, fixed };
  }
}

/** @throws invalid-request, naming what lacks */
function checkComplete(row: SignOnRow): void {
  const missing = (['label', 'issuer', 'clientId'] as const).filter((name) => row[name] === '');
  if (missing.length === 0) return;
  throw new DomainError('invalid-request', 'Say which provider it is before people log in with it.', {
    errors: missing.map((path) => ({ path, message: 'Must not be empty' })),
  });
}

/** @throws invalid-request */
function checkAddress({ issuer }: SignOnRow, inside: boolean): void {
  if (inside || issuer.startsWith('https:')) return;
  const message = 'Use https://, or ask the operator for TELEBAR_OIDC_PRIVATE=1';
  throw new DomainError('invalid-request', 'Plain HTTP is refused, because others could read along.', {
    errors: [{ path: 'issuer', message }],
  });
}

/**
 * The secret goes to the issuer: nobody who cannot read it has it sent to another server.
 * @throws invalid-request
 */
function checkKept(before: SignOnRow, after: SignOnRow): void {
  if (before.clientSecret === null || originOf(before) === originOf(after)) return;
  throw new DomainError('invalid-request', 'The secret that is kept is of the provider of before.', {
    errors: [{ path: 'clientSecret', message: 'Say it again for this issuer' }],
  });
}

function originOf({ issuer }: SignOnRow): string {
  return issuer === '' ? '' : new URL(issuer).origin;
}

function audited(row: SignOnRow) {
  return { ...row, id: row.teamId };
}

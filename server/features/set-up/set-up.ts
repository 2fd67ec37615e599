import { SetUpAgents } from './set-up-agents.ts';
import { SetUpBindings } from './set-up-bindings.ts';
import { SetUpChanges } from './set-up-changes.ts';
import type { SetUpDeps } from './set-up-changes.ts';
import { SetUpEmbedding } from './set-up-embedding.ts';
import { SetUpFields } from './set-up-fields.ts';
import { SetUpGroups } from './set-up-groups.ts';
import { SetUpLinks } from './set-up-links.ts';
import { SetUpNumbers } from './set-up-numbers.ts';
import { SetUpPhones } from './set-up-phones.ts';
import { SetUpReasons } from './set-up-reasons.ts';
import { SetUpRoles } from './set-up-roles.ts';
import { SetUpTeam } from './set-up-team.ts';

/** What administrators change while the server runs. */
export interface SetUpFeature {
  readonly team: Pick<SetUpTeam, 'get' | 'effects' | 'change'>;
  readonly embedding: Pick<SetUpEmbedding, 'get' | 'change' | 'renewSecret' | 'endPreviousSecret'>;
  readonly agents: Pick<
    SetUpAgents,
    'list' | 'get' | 'effects' | 'create' | 'change' | 'resetPassword' | 'remove'
  >;
  readonly groups: Pick<
    SetUpGroups,
    | 'list'
    | 'get'
    | 'effects'
    | 'members'
    | 'leaders'
    | 'setMember'
    | 'setLeader'
    | 'create'
    | 'change'
    | 'close'
  >;
  readonly roles: Pick<SetUpRoles, 'list' | 'get' | 'effects' | 'create' | 'change' | 'remove'>;
  readonly phones: Pick<SetUpPhones, 'list' | 'get' | 'effects' | 'create' | 'rename' | 'renew' | 'remove'>;
  readonly numbers: Pick<SetUpNumbers, 'list' | 'get' | 'assign' | 'remove'>;
  readonly fields: Pick<SetUpFields, 'list' | 'get' | 'effects' | 'create' | 'change' | 'remove'>;
  readonly links: Pick<SetUpLinks, 'of' | 'list' | 'get' | 'effects' | 'create' | 'change' | 'remove'>;
  readonly bindings: Pick<SetUpBindings, 'list' | 'get' | 'effects' | 'create' | 'change' | 'remove'>;
  readonly reasons: Pick<SetUpReasons, 'list' | 'get' | 'effects' | 'create' | 'change' | 'remove'>;
}

export function setUpFeature(deps: SetUpDeps): SetUpFeature {
  const changes = new SetUpChanges(deps);
  return {
    team: new SetUpTeam(changes),
    embedding: new SetUpEmbedding(changes),
    agents: new SetUpAgents(changes),
    groups: new SetUpGroups(changes),
    roles: new SetUpRoles(changes),
    phones: new SetUpPhones(changes),
    numbers: new SetUpNumbers(changes),
    fields: new SetUpFields(changes),
    links: new SetUpLinks(changes),
    bindings: new SetUpBindings(changes),
    reasons: new SetUpReasons(changes),
  };
}

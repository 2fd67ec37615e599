import type { SignOnSetUp } from '../../contract/single-sign-on.ts';
import type { TeamId } from '../../core/kernel/ids.ts';

/** The provider of a team. */
export interface SignOnRow extends Omit<SignOnSetUp, 'hasSecret' | 'redirectUri' | 'fixed'> {
  teamId: TeamId;
  /** Encrypted where it lies; null: the provider wants none. */
  clientSecret: string | null;
}

/** As it is until somebody sets it up. */
export const NO_PROVIDER: Omit<SignOnRow, 'teamId'> = {
  active: false,
  label: '',
  issuer: '',
  clientId: '',
  clientSecret: null,
  claim: 'preferred_username',
  matches: 'username',
  unknownUsers: 'refuse',
  domains: [],
  trustsFactor: false,
  endsSession: false,
  version: 0,
};

export interface SignOnStore {
  byTeam(teamId: TeamId): Promise<SignOnRow | null>;
  insert(row: SignOnRow): Promise<void>;
  /** False: it has another version by now. */
  update(row: SignOnRow): Promise<boolean>;
}

import { randomBytes } from 'node:crypto';
import type { Logger } from '../core/kernel/logger.ts';
import { hashPassword } from '../features/sessions/password.ts';
import { DEFAULT_TIME_ZONE } from '../core/kernel/time-zone.ts';
import type { Config } from './config/config.ts';
import type { AgentId, TeamId } from '../core/kernel/ids.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { DEMO_TEAM_ID } from './demo/demo-data.ts';
import { StartError } from './start-error.ts';
import type { Repositories } from './tables.ts';

export interface FirstTeamDeps {
  readonly unitOfWork: UnitOfWork<Repositories>;
  readonly ids: IdSource;
  readonly logger: Logger;
}

type Bootstrap = NonNullable<Config['bootstrap']>;

/**
 * Outside demo mode a new database has nobody who could log in. With `TELEBAR_ADMIN_PASSWORD` set, the first start makes
 * a team and its administrator `admin`, in the zone of `TELEBAR_TIME_ZONE`; otherwise they are made with the link that the
 * start prints (`FirstSetUp`). The origins of its pages follow `TELEBAR_ORIGINS` at every start; the zone is the team's own.
 * @throws StartError when the database is a demo's: everybody knows the passwords in it
 */
export async function prepareTeams(bootstrap: Bootstrap, deps: FirstTeamDeps): Promise<void> {
  const teams = await deps.unitOfWork.run((repositories) => repositories.teams.all());
  if (teams.some((team) => team.id === DEMO_TEAM_ID)) {
    throw new StartError(
      'The database is one of a demo, with passwords that everybody knows: set TELEBAR_DATA (or TELEBAR_DATABASE_URL) to a new one.',
    );
  }
  if (teams.length === 0) return makeFirstTeam(bootstrap, deps);
  const { team: slug, origins } = bootstrap;
  if (origins === null) return;
  const team = teams.find((each) => each.slug === slug);
  if (team === undefined) {
    deps.logger.warn({ team: slug }, 'TELEBAR_ORIGINS has no effect: there is no team of that name');
    return;
  }
  await deps.unitOfWork.run(({ teams: rows }) => rows.setAllowedOrigins(team.id, origins));
}

async function makeFirstTeam(
  { team: slug, password, origins, timeZone }: Bootstrap,
  deps: FirstTeamDeps,
): Promise<void> {
  if (password === null) return;
  const passwordHash = await hashPassword(password);
  const teamId = deps.ids.next<TeamId>('team');
  await deps.unitOfWork.run(async (repositories) => {
    await repositories.teams.insert({
      id: teamId,
      slug,
      name: slug,
      locale: 'en',
      timeZone: timeZone ?? DEFAULT_TIME_ZONE,
      allowedOrigins: origins ?? [],
      embedSecret: randomBytes(32).toString('base64url'),
      callerIds: [],
    });
    await repositories.agents.insert({
      id: deps.ids.next<AgentId>('agent'),
      teamId,
      number: '1000',
      username: 'admin',
      name: 'Administrator',
      role: 'admin',
      passwordHash,
      pinHash: null,
      active: true,
    });
  });
  deps.logger.info({ team: slug, username: 'admin' }, 'the first team was made');
}

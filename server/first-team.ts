import { randomBytes } from 'node:crypto';
import type { Logger } from './app/logger.ts';
import { hashPassword } from './app/password.ts';
import type { AgentId, TeamId } from './core/ids.ts';
import type { IdSource } from './core/ports/id-source.ts';
import type { UnitOfWork } from './core/ports/unit-of-work.ts';

export interface FirstTeamDeps {
  readonly unitOfWork: UnitOfWork;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/**
 * Outside demo mode a new database has nobody who could log in. With `TELEBAR_ADMIN_PASSWORD` set, the first start makes
 * a team and its administrator `admin`; later starts change nothing.
 */
export async function makeFirstTeam(
  bootstrap: { team: string; password: string } | null,
  deps: FirstTeamDeps,
): Promise<void> {
  const teams = await deps.unitOfWork.run((repositories) => repositories.teams.all());
  if (teams.length > 0) return;
  if (bootstrap === null) {
    deps.logger.warn(
      {},
      'nobody can log in: the database has no team; set TELEBAR_ADMIN_PASSWORD to make the first',
    );
    return;
  }
  const passwordHash = await hashPassword(bootstrap.password);
  const teamId = deps.ids.next<TeamId>('team');
  await deps.unitOfWork.run(async (repositories) => {
    await repositories.teams.insert({
      id: teamId,
      slug: bootstrap.team,
      name: bootstrap.team,
      locale: 'en',
      allowedOrigins: [],
      embedSecret: randomBytes(32).toString('base64url'),
      callerIds: [],
      customerFields: [],
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
  deps.logger.info({ team: bootstrap.team, username: 'admin' }, 'the first team was made');
}

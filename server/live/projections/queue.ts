import type { QueueFigures } from '../../contract/realtime/queue.ts';
import type { GroupId } from '../../core/kernel/ids.ts';
import { QUEUE_RULES } from '../../core/model/queue-rules.ts';
import { groupOf } from '../../core/model/set-up.ts';
import type { TeamState } from '../../core/model/team.ts';
import { lineFigures } from '../../core/queue/line.ts';
import type { GroupTallies } from './group-tallies.ts';
import type { LinkedTeam } from './agent-view.ts';
import { Told } from './told.ts';

/** The line of one group and who serves it, in numbers. */
export class QueueTopic extends Told {
  readonly #live: Pick<LinkedTeam, 'state'>;
  readonly #tallies: GroupTallies;
  readonly #groupId: GroupId;
  /** Each figure as text, in the order of the contract. */
  #told: ReadonlyMap<string, string>;

  constructor(live: Pick<LinkedTeam, 'state'>, tallies: GroupTallies, groupId: GroupId, changed: () => void) {
    super(changed);
    this.#live = live;
    this.#tallies = tallies;
    this.#groupId = groupId;
    this.#told = this.#write();
  }

  touchAll(): void {
    // All of it is compared anyway.
  }

  patch(): string | null {
    const before = this.#told;
    this.#told = this.#write();
    const different = [...this.#told].filter(([name, text]) => text !== before.get(name));
    return different.length === 0 ? null : objectOf(different);
  }

  snapshot(): string {
    return objectOf([...this.#told]);
  }

  #write(): ReadonlyMap<string, string> {
    const figures = Object.entries(queueFigures(this.#live, this.#tallies, this.#groupId));
    return new Map(figures.map(([name, figure]) => [name, JSON.stringify(figure)]));
  }
}

const objectOf = (texts: ReadonlyArray<readonly [string, string]>): string =>
  `{${texts.map(([name, text]) => `"${name}":${text}`).join(',')}}`;

export function queueFigures(
  { state }: Pick<LinkedTeam, 'state'>,
  tallies: GroupTallies,
  groupId: GroupId,
): QueueFigures {
  const { waiting, longestWaitSince } = lineFigures(state, groupId);
  return { waiting, longestWaitSince, ...tallies.of(groupId), serviceLevel: serviceLevel(state, groupId) };
}

function serviceLevel({ config, indices }: TeamState, groupId: GroupId): QueueFigures['serviceLevel'] {
  const rules = groupOf(config, groupId)?.serviceLevel ?? QUEUE_RULES.serviceLevel;
  const counts = indices.settled.counts.dayOf(groupId);
  const { answered = 0, inTime = 0, abandoned = 0, shortAbandoned = 0, since = null } = counts ?? {};
  const offered = answered + abandoned - shortAbandoned;
  return {
    withinMs: rules.withinMs,
    percent: rules.percent,
    shortAbandonMs: rules.shortAbandonMs,
    since,
    answered,
    answeredInTime: inTime,
    abandoned,
    shortAbandoned,
    share: offered > 0 ? inTime / offered : null,
  };
}

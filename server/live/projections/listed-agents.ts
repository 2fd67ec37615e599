import type { AgentId } from '../../core/kernel/ids.ts';

export interface RowsOf {
  /** In the order in which they are told. */
  ids: () => AgentId[];
  /** Null: not in it. */
  row: (agentId: AgentId) => object | null;
}

/** Agents in a list of many, a row each: what of it was told, and what is different since. */
export class ListedAgents {
  readonly #of: RowsOf;
  #rows: Map<AgentId, string>;
  readonly #touched = new Set<AgentId>();
  #isAllTouched = false;

  constructor(of: RowsOf) {
    this.#of = of;
    this.#rows = this.#all();
  }

  touch(agentId: AgentId): void {
    this.#touched.add(agentId);
  }

  touchAll(): void {
    this.#isAllTouched = true;
  }

  /** Rows that are different, as JSON, and who is gone. From now on they count as told. */
  take(): { rows: string[]; gone: AgentId[] } {
    const rows: string[] = [];
    const gone: AgentId[] = [];
    const before = this.#rows;
    if (this.#isAllTouched) {
      this.#rows = this.#all();
      for (const [agentId, text] of this.#rows) if (before.get(agentId) !== text) rows.push(text);
      for (const agentId of before.keys()) if (!this.#rows.has(agentId)) gone.push(agentId);
    } else {
      for (const agentId of this.#touched) {
        const text = this.#row(agentId);
        if (text === null || before.get(agentId) === text) continue;
        before.set(agentId, text);
        rows.push(text);
      }
    }
    this.#touched.clear();
    this.#isAllTouched = false;
    return { rows, gone };
  }

  /** All rows as they were told last, a JSON array. */
  text(): string {
    return `[${[...this.#rows.values()].join(',')}]`;
  }

  #all(): Map<AgentId, string> {
    const members = this.#of.ids().map((agentId) => [agentId, this.#row(agentId)] as const);
    return new Map(members.filter((member): member is [AgentId, string] => member[1] !== null));
  }

  #row(agentId: AgentId): string | null {
    const row = this.#of.row(agentId);
    return row && JSON.stringify(row);
  }
}

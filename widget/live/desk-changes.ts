import type { CallView, DeskSnapshot } from '../../server/contract/desk.ts';
import type { Change } from '../../server/contract/realtime/desk.ts';
import type { View } from './commands/command.ts';

/** Folds changes into the snapshot. Whole entities replace what is there; calls keep their order, new ones come last. */
export function applyChanges(snapshot: DeskSnapshot, changes: readonly Change[]): DeskSnapshot {
  return changes.reduce((state, change) => {
    switch (change.entity) {
      case 'agent':
        return { ...state, agent: change.value };
      case 'call':
        return withCall(state, change.value);
      case 'team':
        return { ...state, team: change.value };
      case 'supervision':
        return { ...state, supervision: change.value };
      case 'monitored':
        return { ...state, monitored: change.value };
      case 'call-removed':
        return { ...state, calls: state.calls.filter((call) => call.id !== change.id) };
      default:
        return change satisfies never;
    }
  }, snapshot);
}

export function withCall(snapshot: DeskSnapshot, call: CallView): DeskSnapshot {
  const known = snapshot.calls.some(({ id }) => id === call.id);
  const calls = known
    ? snapshot.calls.map((item) => (item.id === call.id ? call : item))
    : [...snapshot.calls, call];
  return { ...snapshot, calls };
}

/** Key of an entity in the record of what was touched when. */
export function changeKey(change: Change): string {
  if (change.entity === 'call') return callKey(change.value.id);
  return change.entity === 'call-removed' ? callKey(change.id) : change.entity;
}

export const AGENT_KEY = 'agent';

export function callKey(callId: string): string {
  return `call:${callId}`;
}

/** Views hold nothing but JSON. */
export function sameView(a: View | undefined, b: View): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

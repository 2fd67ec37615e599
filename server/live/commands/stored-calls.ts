import type { CallView } from '../../contract/desk.ts';
import type { CallState } from '../../core/model/call.ts';
import { mergeCallData } from '../../core/call/call-data.ts';
import { changedWrapUp } from '../../core/call/wrap-up.ts';
import { upcastCall } from '../../core/model/call-upcast.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { CallId, CustomerId } from '../../core/kernel/ids.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { may } from '../../core/model/rights.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';
import { callRow, legRows } from '../call-writes.ts';
import { storedCallView } from '../projections/call-view.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import type { WrapUp, WrapUpChange } from '../../core/model/wrap-up.ts';
import type { LiveRepositories } from '../../core/ports/live-store.ts';

/** A call that has left the live state, as it was. */
export function viewStoredCall(
  unitOfWork: UnitOfWork<LiveRepositories>,
  config: TeamConfig,
  who: Identity,
  callId: CallId,
): Promise<CallView> {
  return unitOfWork.run(async (repositories) =>
    storedCallView(config, await storedCall(repositories, config, who, callId), who.agentId),
  );
}

/** Notes on a call that has left the live state. */
export function changeStoredData(
  unitOfWork: UnitOfWork<LiveRepositories>,
  config: TeamConfig,
  who: Identity,
  callId: CallId,
  change: Record<string, string>,
): Promise<CallView> {
  return unitOfWork.run(async (repositories) => {
    const call = await storedCall(repositories, config, who, callId);
    return save(repositories, config, who, { ...call, data: mergeCallData(call.data, change) });
  });
}

export function linkStoredCall(
  unitOfWork: UnitOfWork<LiveRepositories>,
  config: TeamConfig,
  who: Identity,
  callId: CallId,
  customerId: CustomerId | null,
): Promise<CallView> {
  return unitOfWork.run(async (repositories) => {
    const call = await storedCall(repositories, config, who, callId);
    const customer = customerId && (await repositories.customers.byId(who.teamId, customerId));
    if (customerId && !customer) throw new DomainError('not-found', 'No such customer.');
    return save(repositories, config, who, {
      ...call,
      customerId,
      name: customer ? customer.name || null : call.name,
    });
  });
}

/** The wrap-up that the record has now. Refused as for a live call. */
export async function wrapUpStoredCall(
  unitOfWork: UnitOfWork<LiveRepositories>,
  config: TeamConfig,
  who: Identity,
  callId: CallId,
  change: WrapUpChange,
  at: number,
): Promise<{ view: CallView; wrapUp: WrapUp | null }> {
  return unitOfWork.run(async (repositories) => {
    const call = await storedCall(repositories, config, who, callId);
    const wrapUp = changedWrapUp(config, call, change, { agentId: who.agentId, at });
    return { view: await save(repositories, config, who, { ...call, wrapUp }), wrapUp };
  });
}

/** no-such-call: not of this team, or the agent had no part in it. */
async function storedCall(
  repositories: LiveRepositories,
  config: TeamConfig,
  who: Identity,
  callId: CallId,
): Promise<CallState> {
  const found = await repositories.calls.byId(who.teamId, callId);
  if (!found || !may(who, 'control-calls', { kind: 'call', ...found.call }, config)) {
    throw new DomainError('no-such-call', 'There is no such call.');
  }
  if (found.call.state === null) throw new DomainError('no-such-call', 'The call ended too long ago.');
  // Written by `callRow`, and only by it; the columns are what is current.
  const state = upcastCall(found.call.state as CallState);
  const { customerId, name, data, wrapUp } = found.call;
  return { ...state, customerId, name, data, wrapUp };
}

async function save(
  repositories: LiveRepositories,
  config: TeamConfig,
  who: Identity,
  call: CallState,
): Promise<CallView> {
  const endedAt = call.phase.kind === 'ended' ? call.phase.since : call.createdAt;
  await repositories.calls.save(callRow(config, call, endedAt), legRows(call));
  return storedCallView(config, call, who.agentId);
}

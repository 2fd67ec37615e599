import type { MessageKey } from '../../i18n/catalog.ts';
import type { CommandFailure } from '../../live/command-error.ts';
import type { DeskState } from '../../live/desk.ts';

type Warning = Extract<
  MessageKey,
  | 'link.warning'
  | 'link.phoneWarning'
  | 'link.outsideWarning'
  | 'link.displaced'
  | 'link.refused'
  | `microphone.${string}`
>;

/** Whether calls can reach the agent's device, and what stands in the way. */
export interface Link {
  readonly status: 'linked' | 'connecting' | 'lost';
  /** Why calls cannot come or be heard, as the sentence to show; null when all is well. */
  readonly warning: Warning | null;
  /** Round trip to the device, ms. */
  readonly latencyMs: number | null;
}

const UNKNOWN: Link = { status: 'connecting', warning: null, latencyMs: null };

export function linkOf(state: DeskState | undefined): Link {
  const device = state?.snapshot?.agent.device;
  if (state === undefined || device === undefined) return UNKNOWN;
  if (device.kind === 'phone') {
    return device.online
      ? { status: 'linked', warning: null, latencyMs: device.latencyMs }
      : { status: 'lost', warning: 'link.phoneWarning', latencyMs: null };
  }
  if (device.kind === 'outside') {
    return device.online
      ? { status: 'linked', warning: null, latencyMs: null }
      : { status: 'lost', warning: 'link.outsideWarning', latencyMs: null };
  }
  const { registration, microphone } = state.phone;
  const latencyMs = state.phone.latencyMs ?? state.latencyMs;
  if (microphone === 'refused') return { status: 'lost', warning: refusal(), latencyMs };
  if (microphone === 'missing') return { status: 'lost', warning: 'microphone.missing', latencyMs };
  switch (registration) {
    case 'registered':
      return { status: 'linked', warning: null, latencyMs };
    case 'stopped':
    case 'connecting':
      return UNKNOWN;
    case 'displaced':
      return { status: 'lost', warning: 'link.displaced', latencyMs: null };
    case 'refused':
      return { status: 'lost', warning: 'link.refused', latencyMs: null };
    case 'lost':
      return { status: 'lost', warning: 'link.warning', latencyMs: null };
  }
  return registration satisfies never;
}

/** The warning that the open bar shows: what is worse takes its place, and the agent may have ignored it. */
export function warningShown(state: DeskState | undefined, ignored: boolean): Warning | null {
  if (ignored || state?.connection === 'reconnecting' || (state?.owed.length ?? 0) > 0) return null;
  return linkOf(state).warning;
}

/** The warning that is shown says already why the command was refused, and what to do. */
export function isSaidByLink(
  { code }: CommandFailure,
  state: DeskState | undefined,
  ignored: boolean,
): boolean {
  return (
    code === 'microphone-unavailable' && warningShown(state, ignored)?.startsWith('microphone.') === true
  );
}

/** Who keeps the microphone from us: the lack of https, the page that this one is framed in, or the agent. */
function refusal(): Warning {
  if (!window.isSecureContext) return 'microphone.insecure';
  const { featurePolicy } = document as { featurePolicy?: { allowsFeature(name: string): boolean } };
  return featurePolicy?.allowsFeature('microphone') === false
    ? 'microphone.notAllowed'
    : 'microphone.refused';
}

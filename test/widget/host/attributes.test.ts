import { expect } from '@open-wc/testing';
import { AgentStateEvent } from '../../../widget/events/agent-state.ts';
import { CallAnsweredEvent } from '../../../widget/events/call-answered.ts';
import { CallEndedEvent } from '../../../widget/events/call-ended.ts';
import { CallHeldEvent } from '../../../widget/events/call-held.ts';
import { CallMutedEvent } from '../../../widget/events/call-muted.ts';
import { CallOfferedEvent } from '../../../widget/events/call-offered.ts';
import { CallResumedEvent } from '../../../widget/events/call-resumed.ts';
import { CallRingingEvent } from '../../../widget/events/call-ringing.ts';
import { CallTransferredEvent } from '../../../widget/events/call-transferred.ts';
import { CommandRefusedEvent } from '../../../widget/events/command-refused.ts';
import { ConnectionEvent } from '../../../widget/events/connection.ts';
import { ConsultEndedEvent } from '../../../widget/events/consult-ended.ts';
import { ConsultStartedEvent } from '../../../widget/events/consult-started.ts';
import { DialRequestEvent } from '../../../widget/events/dial-request.ts';
import { MonitorChangedEvent } from '../../../widget/events/monitor-changed.ts';
import { MonitorEndedEvent } from '../../../widget/events/monitor-ended.ts';
import { MonitorStartedEvent } from '../../../widget/events/monitor-started.ts';
import { PartyJoinedEvent } from '../../../widget/events/party-joined.ts';
import { PartyLeftEvent } from '../../../widget/events/party-left.ts';
import { QualityEvent } from '../../../widget/events/quality.ts';
import { ReadyEvent } from '../../../widget/events/ready.ts';
import { ScreenPopEvent } from '../../../widget/events/screen-pop.ts';
import { WrapupDoneEvent } from '../../../widget/events/wrapup-done.ts';
import { WrapupStartedEvent } from '../../../widget/events/wrapup-started.ts';
import { attributeName, readAttributes, type AttributeOption } from '../../../widget/host/attributes.ts';
import type { TelebarEventMap, TelebarOptions } from '../../../widget/host/telebar.ts';

/** The class of each event; another name than in the map, or one too few, does not compile. */
const classes = {
  'telebar-ready': ReadyEvent,
  'telebar-error': CommandRefusedEvent,
  'telebar-agent-state': AgentStateEvent,
  'telebar-call-offered': CallOfferedEvent,
  'telebar-call-ringing': CallRingingEvent,
  'telebar-call-answered': CallAnsweredEvent,
  'telebar-call-held': CallHeldEvent,
  'telebar-call-resumed': CallResumedEvent,
  'telebar-call-muted': CallMutedEvent,
  'telebar-call-ended': CallEndedEvent,
  'telebar-call-transferred': CallTransferredEvent,
  'telebar-consult-started': ConsultStartedEvent,
  'telebar-consult-ended': ConsultEndedEvent,
  'telebar-party-joined': PartyJoinedEvent,
  'telebar-party-left': PartyLeftEvent,
  'telebar-monitor-started': MonitorStartedEvent,
  'telebar-monitor-changed': MonitorChangedEvent,
  'telebar-monitor-ended': MonitorEndedEvent,
  'telebar-screen-pop': ScreenPopEvent,
  'telebar-dial-request': DialRequestEvent,
  'telebar-wrapup-started': WrapupStartedEvent,
  'telebar-wrapup-done': WrapupDoneEvent,
  'telebar-quality': QualityEvent,
  'telebar-connection': ConnectionEvent,
} as const satisfies {
  [K in keyof TelebarEventMap]: { readonly type: K; readonly prototype: TelebarEventMap[K] };
};

/** Types that must be the same: the page hears of an event on any element what `Telebar.on` says of it. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Declared = Pick<HTMLElementEventMap, keyof TelebarEventMap>;
const declarationsAgree: Same<Declared, TelebarEventMap> = true;

/** Every option that has an attribute, with its spelling there. */
const spellings = {
  server: 'data-server',
  locale: 'data-locale',
  position: 'data-position',
  theme: 'data-theme',
  mode: 'data-mode',
  autoInit: 'data-auto-init',
  clickToDial: 'data-click-to-dial',
  screenPop: 'data-screen-pop',
  screenPopUrl: 'data-screen-pop-url',
  keepMicrophone: 'data-keep-microphone',
  token: 'data-token',
} as const satisfies Record<AttributeOption, string>;

function scriptTag(attributes: Record<string, string>): HTMLScriptElement {
  const script = document.createElement('script');
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  return script;
}

describe('the spellings of the host API', () => {
  it('has a class for each event type, and both agree', () => {
    expect(declarationsAgree).to.equal(true);
    for (const [type, { type: spelled }] of Object.entries(classes)) expect(spelled).to.equal(type);
  });

  it('has an attribute for each option', () => {
    for (const [option, attribute] of Object.entries(spellings)) {
      expect(attributeName(option)).to.equal(attribute);
    }
  });

  it('reads every attribute of the script tag', () => {
    const expected: TelebarOptions = {
      server: 'https://cc.example',
      locale: 'zh-CN',
      position: '#phone',
      theme: 'dark',
      mode: 'headless',
      autoInit: false,
      clickToDial: '.dial',
      keepMicrophone: true,
      screenPop: 'url',
      screenPopUrl: '/c?p={number}',
      token: 'abc',
    };
    const attributes = Object.fromEntries(
      Object.entries(spellings).map(([option, name]) => [name, String(expected[option as AttributeOption])]),
    );
    expect(readAttributes(scriptTag(attributes).dataset)).to.deep.equal(expected);
  });

  it('leaves out what is not there and what is not understood', () => {
    expect(readAttributes(scriptTag({ 'data-theme': 'pink', 'data-unknown': '1' }).dataset)).to.deep.equal(
      {},
    );
  });

  it('takes an empty attribute for click-to-dial as switching it off', () => {
    expect(readAttributes(scriptTag({ 'data-click-to-dial': '' }).dataset)).to.deep.equal({
      clickToDial: '',
    });
  });
});

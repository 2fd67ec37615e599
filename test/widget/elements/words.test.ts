import { expect } from '@open-wc/testing';
import { CallCause } from '../../../server/contract/desk.ts';
import { ProblemCode } from '../../../server/contract/problem.ts';
import { insets, settle } from '../../../widget/elements/phone-bar/bar-place.ts';
import { reasonAgainst } from '../../../widget/elements/phone-bar/availability.ts';
import { linkOf } from '../../../widget/elements/phone-bar/link.ts';
import { words as chinese } from '../../../widget/elements/screen-pop/screen-pop.zh-cn.ts';
import { clockText } from '../../../widget/i18n/clock-text.ts';
import { failureText } from '../../../widget/i18n/failure-text.ts';
import { Localizer, browserLocale } from '../../../widget/i18n/localizer.ts';
import { agent, call, deskState, membership } from '../support/desk-states.ts';

describe('the languages', () => {
  it('have a sentence for every refusal and every cause', async () => {
    for (const locale of ['en', 'zh-CN'] as const) {
      const text = new Localizer(locale);
      await text.use(locale);
      await text.need('refusals');
      for (const code of [...ProblemCode.options, 'offline', 'timeout'] as const) {
        expect(failureText(text, { code, details: {} }), code).to.match(/[.。]$/);
      }
      for (const cause of CallCause.options) {
        expect(failureText(text, { code: 'call-failed', details: { cause } }), cause).to.match(/[.。]$/);
      }
    }
  });

  it('follow the plural of the number', async () => {
    const text = new Localizer('en');
    await text.use('en');
    await text.need('screenPop');
    expect(text.t('pop.several', { count: 1 })).to.equal('1 customer has this number');
    expect(text.t('pop.several', { count: 3 })).to.equal('3 customers have this number');
  });

  it('are chosen by the browser', () => {
    expect(browserLocale(['fr', 'zh-TW', 'en'])).to.equal('zh-CN');
    expect(browserLocale(['fr'])).to.equal('en');
  });

  it('keep the last choice when catalogs come in another order', async () => {
    const text = new Localizer('en');
    await Promise.all([text.use('zh-CN'), text.use('en')]);
    expect(text.locale).to.equal('en');
    expect(text.t('state.idle')).to.equal('Idle');
  });

  it('bring the sentences of an area when it is first shown, and in the language that is chosen then', async () => {
    const text = new Localizer('en');
    // Before anybody has chosen a language.
    await text.need('screenPop');
    expect(text.ready).to.equal(false);
    await text.use('en');
    expect([text.has('screenPop'), text.has('panels')]).to.deep.equal([true, false]);
    const dialling = text.need('panels');
    expect(text.t('dial.title')).to.equal('');
    await Promise.all([dialling, text.use('zh-CN')]);
    expect(text.t('pop.close')).to.equal(chinese['pop.close']);
    expect([text.has('screenPop'), text.has('panels'), text.has('refusals')]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(text.t('dial.title')).to.match(/\p{Script=Han}/u);
  });

  it('write clocks that do not jump', () => {
    expect([0, 9_999, 61_000, 3_729_000].map(clockText)).to.deep.equal([
      '00:00',
      '00:09',
      '01:01',
      '1:02:09',
    ]);
  });
});

describe('the place of the bar', () => {
  const viewport = { width: 1000, height: 800 };
  it('snaps to the nearest corner', () => {
    expect(settle({ left: 20, top: 10, width: 360, height: 280 }, viewport)).to.deep.equal({
      position: 'top-left',
      offset: null,
    });
    expect(settle({ left: 500, top: 400, width: 360, height: 280 }, viewport)).to.deep.equal({
      position: 'bottom-right',
      offset: { x: 140, y: 120 },
    });
  });
  it('fills an edge when docked, and only a corner when collapsed', () => {
    expect(insets('bottom', null, false)).to.deep.equal({ bottom: '0', left: '0', right: '0' });
    expect(Object.keys(insets('top', null, true))).to.deep.equal(['right', 'top']);
  });
});

describe('what is possible', () => {
  const talking = deskState({}, { state: 'talking' }, [call()]);
  it('follows the phase of the call', () => {
    expect(reasonAgainst('hold', talking, false)).to.equal(null);
    expect(reasonAgainst('mute', deskState({}, {}, [call({ phase: 'held' })]), false)).to.equal(
      'reason.held',
    );
    expect(reasonAgainst('hold', deskState({}, {}, [call({ phase: 'ringing' })]), false)).to.equal(
      'reason.notAnswered',
    );
    expect(reasonAgainst('hangup', deskState(), false)).to.equal('reason.noCall');
    expect(reasonAgainst('dial', talking, false)).to.equal('reason.inCall');
  });
  it('is nothing while locked or not connected', () => {
    expect(reasonAgainst('keypad', { ...talking, connection: 'reconnecting' }, false)).to.equal(
      'reason.notConnected',
    );
    expect(reasonAgainst('dial', deskState({}, { locked: true }), false)).to.equal('reason.unlocked');
  });
  it('is no dialling when every group forbids it', () => {
    expect(
      reasonAgainst('dial', deskState({}, { groups: [membership({ dialling: 'off' })] }), false),
    ).to.equal('reason.diallingOff');
  });
  it('needs a link of the device that is used', () => {
    const phone = agent().device;
    expect(
      linkOf(deskState({}, { device: { ...phone, kind: 'phone', online: false, name: '201' } })).warning,
    ).to.equal('link.phoneWarning');
    const outside = { ...phone, kind: 'outside', name: '13800138000', latencyMs: null } as const;
    expect(linkOf(deskState({}, { device: outside }))).to.deep.equal({
      status: 'linked',
      warning: null,
      latencyMs: null,
    });
    expect(linkOf(deskState({}, { device: { ...outside, online: false } })).warning).to.equal(
      'link.outsideWarning',
    );
    expect(linkOf(deskState()).latencyMs).to.equal(12);
    const lost = deskState({
      phone: { registration: 'displaced', microphone: 'ready', absent: [], latencyMs: null, legs: [] },
    });
    expect(reasonAgainst('dial', lost, false)).to.equal('reason.notLinked');
    expect(reasonAgainst('dial', lost, true)).to.equal(null);
  });
});

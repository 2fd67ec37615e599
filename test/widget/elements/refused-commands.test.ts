import { expect } from '@open-wc/testing';
import { localizer } from '../../../widget/i18n/localizer.ts';
import { views } from '../gallery/views.ts';
import { barOnStage } from '../support/bar-on-stage.ts';
import { call, deskState } from '../support/desk-states.ts';
import { eventually, find, findAll, settled, words } from '../support/shadow.ts';
import type { Stage } from '../support/stage.ts';

let stage: Stage;
afterEach(() => stage.dispose());

const show = async (options: Parameters<typeof barOnStage>[0]): Promise<void> => {
  stage = await barOnStage(options);
};

describe('telebar-phone-bar', () => {
  describe('with a refused command', () => {
    const refused = async (patch: Parameters<typeof show>[0] = {}): Promise<void> => {
      await show({ state: deskState({}, { state: 'talking' }, [call()]), ...patch });
      stage.desk.refuse('hold', 'timeout');
      await stage.desk.commands.hold('call-1').catch(() => {});
      await settled();
    };

    /** Runs long timers at once when asked to. */
    const patience = (): { runOut: () => void } => {
      const { setTimeout } = window;
      const waiting: (() => void)[] = [];
      window.setTimeout = ((run: () => void, ms = 0) => {
        if (ms < 5000) return setTimeout(run, ms);
        return waiting.push(run);
      }) as typeof window.setTimeout;
      restore = () => void (window.setTimeout = setTimeout);
      return { runOut: () => waiting.forEach((run) => run()) };
    };
    let restore = (): void => undefined;
    afterEach(() => restore());

    it('says it in a notice when the bar is docked, where it would lie over the page and over other messages', async () => {
      await refused({ preferences: { position: 'bottom' } });
      await eventually(() => stage.shell.state.notices.length === 1);
      expect(stage.shell.state.notices[0]?.text).to.contain('did not answer in time');
      const notes = findAll(stage.root, '.failure, telebar-failure-note').filter(
        (note) => words(note) !== '',
      );
      expect(notes).to.deep.equal([]);
    });

    /** Of the sentences of refusals only those are there that are part of the bar's own. */
    const withoutRefusals = (fetch: () => Promise<void>): void => {
      const { need, t } = localizer;
      const own = ['problem.offline', 'problem.timeout'];
      localizer.need = (...areas) => (areas.includes('refusals') ? fetch() : need.apply(localizer, areas));
      const say = t as (key: string, ...values: unknown[]) => string;
      localizer.t = ((key: string, ...values: unknown[]) =>
        key.startsWith('problem.') && !own.includes(key)
          ? ''
          : say.call(localizer, key, ...values)) as typeof t;
      restore = () => void Object.assign(localizer, { need, t });
    };

    it('says it in a notice at once where the words for it are there, though others cannot be fetched', async () => {
      await show({
        state: deskState({}, { state: 'talking' }, [call()]),
        preferences: { position: 'bottom' },
      });
      withoutRefusals(() => new Promise(() => {}));
      stage.desk.refuse('hold', 'offline');
      await stage.desk.commands.hold('call-1').catch(() => {});
      await eventually(() => stage.shell.state.notices[0]?.text.startsWith('No connection to the server'));
    });

    it('says that there is no connection where the words for it cannot be fetched', async () => {
      await show({
        state: deskState({}, { state: 'talking' }, [call()]),
        preferences: { position: 'bottom' },
      });
      withoutRefusals(() => Promise.reject(new Error('offline')));
      stage.desk.refuse('hold', 'locked');
      await stage.desk.commands.hold('call-1').catch(() => {});
      await eventually(() => stage.shell.state.notices[0]?.text.startsWith('No connection to the server'));
    });

    it('says it in the panel that calls somebody in, and not in a notice as well', async () => {
      const preferences = { position: 'bottom' } as const;
      await show({ state: deskState({}, { state: 'talking' }, [call()]), preferences });
      find(stage.root, '[data-action=transfer]').click();
      await eventually(() => find(stage.root, 'telebar-call-in-panel >> [role=option]'));
      stage.desk.refuse('consult', 'target-busy');
      find(stage.root, 'telebar-call-in-panel >> [role=option]').click();
      await settled();
      find(stage.root, 'telebar-call-in-panel >> [data-command=consult]').click();
      await eventually(() => words(find(stage.root, 'telebar-call-in-panel >> telebar-failure-note')) !== '');
      await settled();
      expect(stage.shell.state.notices).to.deep.equal([]);
    });

    it('lets the sentence go by itself', async () => {
      const { runOut } = patience();
      await refused();
      expect(words(stage.root)).to.contain('did not answer in time');
      runOut();
      await settled();
      expect(stage.desk.dismissed).to.deep.equal(['hold']);
      expect(words(stage.root)).not.to.contain('did not answer in time');
    });

    it('lets it go when the agent has gone on, but not with the change that came with it', async () => {
      await refused();
      stage.desk.set({ ...deskState({}, { state: 'acw' }, []), failures: stage.desk.state.failures });
      await settled();
      expect(words(stage.root)).to.contain('did not answer in time');
      const { now } = performance;
      performance.now = () => now.call(performance) + 2000;
      restore = () => void (performance.now = now);
      stage.desk.set({ ...deskState({}, { state: 'idle' }, []), failures: stage.desk.state.failures });
      await eventually(() => stage.desk.dismissed.length === 1);
    });

    it('keeps what waits for a decision', async () => {
      const { runOut } = patience();
      await show({
        state: views['conflict-used']?.state ?? deskState(),
      });
      await eventually(() => find(stage.root, '[role=alertdialog]'));
      runOut();
      await settled();
      expect(stage.desk.dismissed).to.deep.equal([]);
    });

    it('tells once of a call that failed, whether the refusal or the call is known first', async () => {
      for (const callFirst of [true, false]) {
        const failed = call({
          direction: 'outbound',
          phase: 'ended',
          answeredAt: null,
          cause: 'no-answer',
          endedBy: 'system',
        });
        const failure = {
          code: 'call-failed' as const,
          message: 'It failed.',
          retryable: false,
          details: { callId: failed.id, cause: 'no-answer' },
        };
        const dialling = deskState({}, {}, [call({ direction: 'outbound', phase: 'dialling' })]);
        await show({ state: dialling, preferences: { position: 'bottom' } });
        const errors = (): string[] =>
          stage.shell.state.notices.flatMap(({ kind, topic }) => (kind === 'error' ? [topic] : []));
        const calls = deskState({}, {}, [failed]);
        stage.desk.set(callFirst ? calls : { ...dialling, failures: { dial: failure } });
        await eventually(() => errors().length === 1);
        stage.desk.set({ ...calls, failures: { dial: failure } });
        await settled();
        await settled();
        expect(errors()).to.deep.equal(['dial']);
        stage.dispose();
      }
    });

    it('says why a call failed in the bar alone, whether the refusal or the call is known first', async () => {
      for (const callFirst of [true, false]) {
        const failed = call({
          direction: 'outbound',
          phase: 'ended',
          answeredAt: null,
          cause: 'unreachable',
          endedBy: 'system',
        });
        const failure = {
          code: 'no-route' as const,
          message: 'No line.',
          retryable: false,
          details: { callId: failed.id },
        };
        const dialling = deskState({}, {}, [call({ direction: 'outbound', phase: 'dialling' })]);
        await show({ state: dialling });
        const calls = deskState({}, {}, [failed]);
        stage.desk.set(callFirst ? calls : { ...dialling, failures: { dial: failure } });
        await settled();
        stage.desk.set({ ...calls, failures: { dial: failure } });
        await eventually(() => words(stage.root).includes('No outside line'));
        await eventually(() => stage.shell.state.notices.every(({ kind }) => kind !== 'error'));
        stage.dispose();
      }
    });

    it('of a microphone that is refused is said by the warning of the link alone, whichever is known first', async () => {
      const ready = deskState().phone;
      const blocked = { ...ready, microphone: 'refused' } as const;
      const failure = { code: 'microphone-unavailable', message: '', retryable: false, details: {} } as const;
      for (const position of ['bottom', 'bottom-right'] as const) {
        for (const warningFirst of [true, false]) {
          await show({
            state: deskState({ phone: warningFirst ? blocked : ready, failures: { signIn: failure } }),
            preferences: { position },
          });
          if (!warningFirst) {
            await eventually(() => words(stage.root).includes('The microphone cannot be used'));
          }
          stage.desk.set(deskState({ phone: blocked, failures: { signIn: failure } }));
          await eventually(() => words(stage.root).includes('The microphone is blocked'));
          await eventually(() => stage.shell.state.notices.length === 0);
          await new Promise((resolve) => setTimeout(resolve, 20));
          expect(words(stage.root)).not.to.contain('The microphone cannot be used');
          expect(stage.shell.state.notices).to.deep.equal([]);
          stage.dispose();
        }
      }
      await show({
        state: deskState({ phone: blocked, failures: { signIn: failure } }),
        preferences: { position: 'bottom', collapsed: true },
      });
      await eventually(() => stage.shell.state.notices.length === 1);
    });

    it('becomes a notice beside the collapsed bar', async () => {
      await refused({ preferences: { collapsed: true } });
      await eventually(() => stage.shell.state.notices.length === 1);
      expect(stage.shell.state.notices[0]).to.include({ kind: 'error' });
      expect(stage.shell.state.notices[0]?.text).to.contain('did not answer in time');
    });
  });
});

import { html } from 'lit';
import '../../../widget/elements/screen-pop/screen-pop.ts';
import { call, deskState } from './desk-states.ts';
import { FakeRecords } from './fake-records.ts';
import { settled } from './shadow.ts';
import { onStage, type Stage } from './stage.ts';

interface PopOptions {
  records?: FakeRecords;
  locale?: 'en' | 'zh-CN';
  theme?: 'light' | 'dark';
}

/** A screen pop that has popped for a call in which the agent talks. */
export async function popOnStage(
  popped = call(),
  { records = new FakeRecords(), locale = 'en', theme = 'light' }: PopOptions = {},
): Promise<Stage> {
  const stage = await onStage(html`<telebar-screen-pop></telebar-screen-pop>`, {
    state: deskState({}, { state: 'talking' }, [popped]),
    records,
    locale,
    preferences: { theme },
  });
  stage.shell.pop(popped);
  await settled();
  return stage;
}

/** The number of nobody whom the team knows. */
export const stranger = call({ name: null, number: '13912345678', customerId: null });

import { html } from 'lit';
import type { Locale } from '../../../server/contract/wire.ts';
import '../../../widget/elements/admin/admin.ts';
import { deskState } from './desk-states.ts';
import type { FakeSetUp } from './fake-set-up.ts';
import { eventually, findAll } from './shadow.ts';
import { onStage, type Stage } from './stage.ts';

/** The administration, in a box that says how high it is. A leader may not change the set-up. */
export async function adminOnStage(
  http: FakeSetUp,
  { locale = 'en', role = 'admin' }: { locale?: Locale; role?: 'admin' | 'leader' } = {},
): Promise<Stage> {
  const state = deskState();
  const { session } = state;
  if (session === null) throw new Error('somebody is logged in');
  const stage = await onStage(html`<div style="height:640px"><telebar-admin></telebar-admin></div>`, {
    state: {
      ...state,
      session: {
        ...session,
        agent: { ...session.agent, role },
        rights: role === 'admin' ? ['change-set-up'] : [],
      },
    },
    locale,
    http,
  });
  await eventually(() => findAll(stage.root, 'telebar-admin-view').length > 0);
  return stage;
}

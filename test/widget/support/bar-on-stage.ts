import { html } from 'lit';
import '../../../widget/elements/phone-bar/phone-bar.ts';
import { eventually, find, settled } from './shadow.ts';
import { onStage, type Stage } from './stage.ts';

/** The whole bar on a stage, with its parts loaded. */
export async function barOnStage(options: Parameters<typeof onStage>[1]): Promise<Stage> {
  const stage = await onStage(html`<telebar-phone-bar></telebar-phone-bar>`, options);
  await eventually(() => find(stage.root, '.frame > :is(telebar-bar-content, telebar-collapsed-pill)'));
  await settled();
  return stage;
}

import { expect } from '@open-wc/testing';
import { html } from 'lit';
import '../../../widget/elements/phone-bar/phone-bar.ts';
import '../../../widget/elements/screen-pop/screen-pop.ts';
import { deskState, offered } from '../support/desk-states.ts';
import { eventually } from '../support/shadow.ts';
import { onStage, type Stage } from '../support/stage.ts';

/** For each inherited property the first of these that is something else than on an empty page. */
const ODD =
  `rtl vertical-rl upright hidden uppercase italic 900 7px 13 3 none all anywhere break-all pre justify end red dark
  crosshair "x" under optimizeLegibility collapse condensed small-caps inset auto evenodd round square avoid inside circle bottom hide
  read-only inert manual always geometricPrecision bevel middle 50% 1.5 100 loose fullwidth strict balance both from-font exact
  force-hanging first last weight style break-spaces keep-all off on no-contextual ruby under over trim-start optimizeSpeed
  crispEdges linearRGB sRGB nonzero markers stroke compact swap math normal`
    .split(/\s+/)
    .concat([
      '"x" "y"',
      '2px 2px red',
      'url("#x")',
      'open dot',
      'under right',
      'from-image 90deg',
      '"liga" 0',
      'rgb(1, 2, 3)',
    ]);

/** The browser's own list: what a child has, too, when its parent has it. */
function inheritedProperties(): Map<string, string> {
  const parent = document.body.appendChild(document.createElement('div'));
  const child = parent.appendChild(document.createElement('div'));
  const [above, below] = [getComputedStyle(parent), getComputedStyle(child)];
  const odd = new Map<string, string>();
  for (const name of Array.from(getComputedStyle(document.documentElement))) {
    const usual = above.getPropertyValue(name);
    for (const value of ODD) {
      if (!CSS.supports(name, value)) continue;
      parent.style.setProperty(name, value);
      const [set, got] = [above.getPropertyValue(name), below.getPropertyValue(name)];
      parent.style.removeProperty(name);
      if (set === usual) continue;
      if (got === set) odd.set(name, value);
      break;
    }
  }
  parent.remove();
  return odd;
}

/** Every computed value of every element in the shadow trees, in their order. */
function looks(root: ParentNode, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  [...root.querySelectorAll('*')].forEach((element, at) => {
    const place = `${path}/${element.localName}.${element.classList.value}[${at}]`;
    if (path !== '') {
      const style = getComputedStyle(element);
      for (const name of Array.from(style)) found.set(`${place} ${name}`, style.getPropertyValue(name));
    }
    if (element.shadowRoot === null) return;
    for (const [key, value] of looks(element.shadowRoot, place)) found.set(key, value);
  });
  return found;
}

describe('what a page passes on to the elements in it', () => {
  let stage: Stage;

  afterEach(() => {
    stage.dispose();
    document.documentElement.removeAttribute('style');
    document.body.removeAttribute('style');
  });

  it('changes nothing in ours, whichever property it is', async () => {
    const odd = inheritedProperties();
    for (const known of [
      'direction',
      'writing-mode',
      'letter-spacing',
      'visibility',
      'quotes',
      'pointer-events',
    ])
      expect(odd.has(known), known).to.equal(true);
    expect(odd.size).to.be.above(50);

    const call = offered();
    stage = await onStage(
      html`<telebar-phone-bar></telebar-phone-bar><telebar-screen-pop></telebar-screen-pop>`,
      { state: deskState({}, { state: 'ringing' }, [call]) },
    );
    stage.shell.pop(call);
    await eventually(
      () =>
        expect(stage.root.querySelector('telebar-screen-pop')?.shadowRoot?.querySelector('telebar-call-head'))
          .to.exist,
    );
    await eventually(
      () =>
        expect(
          stage.root.querySelector('telebar-phone-bar')?.shadowRoot?.querySelector('telebar-bar-content'),
        ).to.exist,
    );
    await Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
        .map(({ finished }) => finished),
    );
    for (const animation of document.getAnimations()) animation.cancel();
    const before = looks(stage.root);
    expect(before.size).to.be.above(10_000);

    for (const [name, value] of odd) {
      for (const element of [document.documentElement, document.body])
        element.style.setProperty(name, value, 'important');
    }
    const after = looks(stage.root);
    const changed = [...after].filter(([key, value]) => before.get(key) !== value);
    expect(
      changed.map(([key, value]) => `${key}: ${before.get(key)} -> ${value}`).slice(0, 20),
    ).to.deep.equal([]);
  });
});

import { expect } from '@open-wc/testing';
import { TitleFlash } from '../../../widget/host/title-flash.ts';
import { until } from '../support/scripted-server.ts';

const RINGING = '☎ 13800138000';

describe('the flashing title', () => {
  const before = document.title;
  const flash = new TitleFlash();
  afterEach(() => {
    flash.stop();
    document.title = before;
  });

  it('comes and goes, and is exactly as before when it ends', async () => {
    const title = document.querySelector('head > title');
    if (title !== null) title.textContent = '  The  CRM ';
    flash.start(RINGING);
    await until(() => document.title === RINGING);
    await until(() => document.title === 'The CRM');
    await until(() => document.title === RINGING);
    flash.stop();
    expect(title?.textContent).to.equal('  The  CRM ');
  });

  it('leaves the page the title that it has set meanwhile', async () => {
    document.title = 'One';
    flash.start(RINGING);
    await until(() => document.title === RINGING);
    document.title = 'Two';
    await until(() => document.title === RINGING);
    flash.stop();
    expect(document.title).to.equal('Two');
    flash.start(RINGING);
    await until(() => document.title === RINGING);
    document.title = 'Three';
    flash.stop();
    expect(document.title).to.equal('Three');
  });

  it('takes its own away from a page without one', async () => {
    document.querySelector('head > title')?.remove();
    flash.start(RINGING);
    await until(() => document.title === RINGING);
    flash.stop();
    expect(document.querySelector('head > title')).to.equal(null);
  });
});

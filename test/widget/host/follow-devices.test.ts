import { expect } from '@open-wc/testing';
import { createTelebar } from '../../../widget/index.ts';
import { FakeSoftphone } from '../support/fake-softphone.ts';
import { SERVER, ScriptedServer } from '../support/scripted-server.ts';
import { eventually } from '../support/shadow.ts';

describe('the chosen devices', () => {
  afterEach(() => localStorage.removeItem('telebar.preferences'));

  it('are known to the phone before it opens the microphone for the first time', async () => {
    localStorage.setItem('telebar.preferences', JSON.stringify({ microphoneId: 'headset' }));
    const { fetch, openSocket } = new ScriptedServer();
    const softphone = new FakeSoftphone();
    const telebar = createTelebar({ fetch, openSocket, softphone });
    await telebar.init({ server: SERVER, locale: 'en', mode: 'headless' });
    telebar.agent.login({ team: 'demo', username: '1001', password: 'telebar-demo' }).catch(() => {});
    await eventually(() => softphone.microphone.length >= 2);
    expect(softphone.microphone).to.deep.equal(['headset', 'opened']);
    await telebar.dispose();
  });
});

import { ContextProvider } from '@lit/context';
import { expect } from '@open-wc/testing';
import { LitElement } from 'lit';
import type { Topic } from '../../../server/vocabulary/topics.ts';
import { TopicsController } from '../../../widget/controllers/topics-controller.ts';
import { topicsContext } from '../../../widget/live/contexts.ts';
import { LiveDesk } from '../../../widget/live/live-desk.ts';
import { createSessionVault } from '../../../widget/live/session-vault.ts';
import { Topics } from '../../../widget/live/topics.ts';
import { FakeSoftphone } from '../support/fake-softphone.ts';
import { figures } from '../support/fake-topics.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { ScriptedServer, SERVER, until, type ScriptedSocket } from '../support/scripted-server.ts';

const LOGIN = { team: 'demo', username: '1001', password: 'telebar-demo' };
const QUEUE = 'queue:sales';

class Watcher extends LitElement {
  topics: Topic[] = [QUEUE];
  readonly queues = new TopicsController(this, () => this.topics);
  drawn = 0;
  override render(): unknown {
    this.drawn += 1;
    return this.queues.state(QUEUE)?.waiting ?? '-';
  }
  get shown(): string {
    return this.shadowRoot?.textContent.trim() ?? '';
  }
}
customElements.define('test-watcher', Watcher);

class Root extends LitElement {}
customElements.define('test-topics-root', Root);

function rootWith(topics: Topics): HTMLElement {
  const root = new Root();
  new ContextProvider(root, { context: topicsContext, initialValue: topics });
  document.body.append(root);
  return root;
}

/** One turn: what is wanted has been told by then. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('topics of elements', () => {
  let root: HTMLElement;
  afterEach(() => root.remove());

  it('are followed as long as one element on the page wants them, and said once', async () => {
    const topics = new Topics();
    const told: Topic[][] = [];
    topics.onWanted(() => void told.push(topics.wanted));
    root = rootWith(topics);
    const [one, two] = [new Watcher(), new Watcher()];
    root.append(one, two);
    await turn();
    expect(told).to.deep.equal([[QUEUE]]);
    one.remove();
    await turn();
    expect(told).to.have.length(1);
    two.remove();
    await turn();
    expect(told).to.deep.equal([[QUEUE], []]);
  });

  it('follow what the element wants after its update, and survive its move', async () => {
    const topics = new Topics();
    const told: Topic[][] = [];
    topics.onWanted(() => void told.push(topics.wanted));
    root = rootWith(topics);
    const watcher = new Watcher();
    root.append(watcher);
    await turn();
    topics.set(QUEUE, { state: figures({ waiting: 3 }), status: 'fresh' });
    await watcher.updateComplete;
    expect(watcher.shown).to.equal('3');
    watcher.topics = ['queue:care'];
    watcher.requestUpdate();
    await watcher.updateComplete;
    await turn();
    expect(topics.wanted).to.deep.equal(['queue:care']);
    root.prepend(watcher);
    await turn();
    expect(told.at(-1)).to.deep.equal(['queue:care']);
    expect(topics.value(QUEUE).state).to.equal(null);
  });

  it('do not draw an element anew whose topics say nothing', async () => {
    const topics = new Topics();
    root = rootWith(topics);
    const watcher = new Watcher();
    root.append(watcher);
    await watcher.updateComplete;
    const { drawn } = watcher;
    topics.set('queue:care', { state: figures({ waiting: 3 }), status: 'fresh' });
    await turn();
    expect(watcher.drawn).to.equal(drawn);
  });
});

describe('topics on the socket', () => {
  let server: ScriptedServer;
  let topics: Topics;
  let desk: LiveDesk;
  let socket: ScriptedSocket;

  beforeEach(async () => {
    server = new ScriptedServer();
    topics = new Topics();
    const { fetch, openSocket } = server;
    const lock = { acquire: async () => true, steal: async () => {}, release: () => {} };
    const vault = createSessionVault(SERVER, new MemoryStorage());
    const softphone = new FakeSoftphone();
    desk = new LiveDesk({ server: SERVER, softphone, vault, lock, fetch, openSocket, topics });
    const login = desk.commands.login(LOGIN);
    socket = await server.socket();
    await socket.hear('hello');
    socket.snapshot();
    await login;
  });
  afterEach(() => desk.dispose());

  const said = (type: 'subscribe' | 'unsubscribe') => socket.received.filter((each) => each.type === type);

  it('are asked for when they are wanted, and left when nobody wants them any more', async () => {
    const leave = topics.follow(QUEUE, () => {});
    await turn();
    expect(said('subscribe')).to.deep.equal([{ type: 'subscribe', topics: [{ topic: QUEUE }] }]);
    socket.snapshotOf(QUEUE, figures({ waiting: 1 }));
    socket.patchOf(QUEUE, 2, figures({ waiting: 2 }));
    expect(topics.value(QUEUE)).to.deep.equal({ state: figures({ waiting: 2 }), status: 'fresh' });
    leave();
    await turn();
    expect(said('unsubscribe')).to.deep.equal([{ type: 'unsubscribe', topics: [QUEUE] }]);
    // What was on its way is nobody's any more.
    topics.follow(QUEUE, () => {});
    socket.patchOf(QUEUE, 3, figures({ waiting: 3 }));
    expect(topics.value(QUEUE).state).to.equal(null);
  });

  it('are all resumed where they broke, and shown as stale until then', async () => {
    topics.follow(QUEUE, () => {});
    await turn();
    socket.snapshotOf(QUEUE, figures({ waiting: 1 }), 5, 'epoch-q');
    socket.break();
    expect(topics.value(QUEUE)).to.deep.equal({ state: figures({ waiting: 1 }), status: 'stale' });
    const second = await server.socket();
    expect((await second.hear('hello')).topics).to.deep.equal([
      { topic: 'desk', resume: { epoch: 'epoch-1', sequence: 1 } },
      { topic: QUEUE, resume: { epoch: 'epoch-q', sequence: 5 } },
    ]);
    second.resumed('desk', 1);
    second.resumed(QUEUE, 5, 'epoch-q');
    second.patchOf(QUEUE, 6, figures({ waiting: 4 }));
    expect(topics.value(QUEUE)).to.deep.equal({ state: figures({ waiting: 4 }), status: 'fresh' });
  });

  it('that were wanted while the page was connecting are asked for when it is welcome', async () => {
    socket.break();
    const second = await server.socket();
    await second.hear('hello');
    topics.follow(QUEUE, () => {});
    await turn();
    expect(second.received.some(({ type }) => type === 'subscribe')).to.equal(false);
    second.welcome();
    await second.hear('subscribe');
  });

  it('that the agent may not follow are shown as refused', async () => {
    topics.follow('roster', () => {});
    await turn();
    socket.say({ type: 'closed', topic: 'roster', code: 'forbidden', detail: '' });
    expect(topics.value('roster')).to.deep.equal({ state: null, status: 'refused' });
  });

  it('are asked for anew when a patch is not understood', async () => {
    topics.follow(QUEUE, () => {});
    await turn();
    socket.snapshotOf(QUEUE, figures());
    socket.patchOf(QUEUE, 2, { waiting: 'many' });
    expect(said('subscribe').at(-1)).to.deep.equal({ type: 'subscribe', topics: [{ topic: QUEUE }] });
    socket.snapshotOf(QUEUE, figures({ waiting: 7 }), 3);
    expect(topics.value(QUEUE).state?.waiting).to.equal(7);
  });

  it('by the hundred are asked for in messages that the server takes', async () => {
    for (let n = 0; n < 150; n++) topics.follow(`queue:${n}`, () => {});
    await turn();
    expect(said('subscribe').map((each) => 'topics' in each && each.topics.length)).to.deep.equal([
      64, 64, 22,
    ]);
  });

  it('of one agent are not shown to the next', async () => {
    topics.follow(QUEUE, () => {});
    await turn();
    socket.snapshotOf(QUEUE, figures({ waiting: 1 }));
    void desk.commands.logout();
    await until(() => topics.value(QUEUE).state === null, 'the figures to go');
  });
});

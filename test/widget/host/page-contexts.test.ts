import { ContextConsumer, createContext } from '@lit/context';
import { expect } from '@open-wc/testing';
import { LitElement } from 'lit';
import { PageContexts } from '../../../widget/host/page-contexts.ts';
import { until } from '../support/scripted-server.ts';

const wordContext = createContext<string>(Symbol('word'));
const otherContext = createContext<string>(Symbol('other'));

class WordElement extends LitElement {
  readonly heard: string[] = [];
  constructor() {
    super();
    new ContextConsumer(this, {
      context: wordContext,
      subscribe: true,
      callback: (word) => this.heard.push(word),
    });
  }
}
customElements.define('test-word', WordElement);

describe('contexts of the page', () => {
  let target: HTMLElement;
  let contexts: PageContexts;

  beforeEach(() => {
    target = document.body.appendChild(document.createElement('div'));
    contexts = new PageContexts([wordContext], target);
  });

  afterEach(() => target.remove());

  function put(): WordElement {
    return target.appendChild(document.createElement('test-word') as WordElement);
  }

  it('reach elements that were there before and those that come later', () => {
    const early = put();
    contexts.provide(wordContext, 'one');
    const late = put();
    expect([early.heard, late.heard]).to.deep.equal([['one'], ['one']]);
  });

  it('reach the same elements again when Telebar is started anew', () => {
    const element = put();
    contexts.provide(wordContext, 'one');
    contexts.withdraw();
    const between = put();
    contexts.provide(wordContext, 'two');
    expect(element.heard).to.deep.equal(['one', 'two']);
    expect(between.heard).to.deep.equal(['two']);
  });

  it('do not follow elements that have left the page', () => {
    const element = put();
    contexts.provide(wordContext, 'one');
    element.remove();
    contexts.provide(wordContext, 'two');
    expect(element.heard).to.deep.equal(['one']);
  });

  it('are made when somebody asks, once', async () => {
    let made = 0;
    contexts.offer(wordContext, () => Promise.resolve(`made ${++made}`));
    expect(made).to.equal(0);
    const first = put();
    const second = put();
    await until(() => first.heard.length === 1 && second.heard.length === 1);
    expect(first.heard).to.deep.equal(['made 1']);
  });

  it('are made anew for the next asker when that has failed', async () => {
    let failing = true;
    contexts.offer(wordContext, () =>
      failing ? Promise.reject(new Error('offline')) : Promise.resolve('ok'),
    );
    const first = put();
    await new Promise((resolve) => setTimeout(resolve, 0));
    failing = false;
    put();
    await until(() => first.heard.length === 1);
    expect(first.heard).to.deep.equal(['ok']);
  });

  it('are not given when Telebar was disposed while they were made', async () => {
    let finish = (_value: string): void => {};
    contexts.offer(wordContext, () => new Promise<string>((resolve) => (finish = resolve)));
    const element = put();
    contexts.withdraw();
    finish('too late');
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(element.heard).to.deep.equal([]);
  });

  it('leave the requests of other applications alone', () => {
    let passed = 0;
    const count = (): void => void (passed += 1);
    document.body.addEventListener('context-request', count);
    class OtherElement extends LitElement {
      readonly consumer = new ContextConsumer(this, { context: otherContext });
    }
    customElements.define('test-other', OtherElement);
    target.append(document.createElement('test-other'));
    put();
    document.body.removeEventListener('context-request', count);
    expect(passed).to.equal(1);
  });
});

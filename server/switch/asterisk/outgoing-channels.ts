import type { AriLink } from './ari-link.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import { notesOf } from './adoption.ts';
import { BROWSER_CODECS } from './pjsip-objects.ts';
import { ARGUMENT, type ToolChannels } from './tool-channels.ts';

/** Makes the channels of legs that we dial, and has them dialled. */
export class OutgoingChannels {
  readonly #link: AriLink;
  readonly #tools: ToolChannels;
  readonly #application: string;

  constructor(link: AriLink, tools: ToolChannels, application: string) {
    this.#link = link;
    this.#tools = tools;
    this.#application = application;
  }

  /** Resolves when the leg's channel is in our application; nobody is called yet. @throws AriError */
  async make(
    leg: AsteriskLeg,
    endpoint: string,
    variables: Readonly<Record<string, string>>,
    isBrowser: boolean,
  ): Promise<void> {
    const { channelId } = leg;
    await this.#tools.enter(channelId, () =>
      this.#link.client.call('POST /channels/create', {
        query: {
          endpoint,
          app: this.#application,
          appArgs: ARGUMENT.dialled,
          channelId,
          // Without them Asterisk puts G.711 first, whatever order the endpoint allows.
          ...(isBrowser ? { formats: BROWSER_CODECS } : {}),
        },
        body: { variables: { ...variables, ...notesOf(leg) } },
      }),
    );
  }

  /** @throws AriError */
  async call(leg: AsteriskLeg, ringMs: number): Promise<void> {
    await this.#link.client.call('POST /channels/{channelId}/dial', {
      path: { channelId: leg.channelId },
      // Our own clock is finer; this holds when we are gone.
      query: { timeout: Math.ceil(ringMs / 1000) + 5 },
    });
  }
}

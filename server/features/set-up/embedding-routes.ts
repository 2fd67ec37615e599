import { EmbeddingMade, EmbeddingPatch, EmbeddingSetUp, NewEmbedSecret } from '../../contract/embedding.ts';
import { teamRoute, versionedSessionRoute, type Feature } from '../../http/route.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

const EMBEDDING: EmbeddingSetUp = {
  team: 'main',
  origins: ['https://crm.example', 'http://localhost:*'],
  fixed: false,
  previousSecretUntil: null,
  version: 7,
};

export function embeddingRoutes(setUp: Pick<SetUpFeature, 'embedding'>): Feature {
  return {
    tag: 'Embedding',
    routes: [
      teamRoute({
        method: 'get',
        path: '/set-up/embedding',
        right,
        summary: 'Which pages may use the team',
        status: 200,
        response: EmbeddingSetUp,
        problems: [],
        example: { response: EMBEDDING },
        run: (who) => setUp.embedding.get(who),
      }),
      versionedSessionRoute({
        method: 'patch',
        path: '/set-up/embedding',
        right,
        summary:
          'Change which pages may use the team, from their next request on; open pages of others are closed',
        body: EmbeddingPatch,
        status: 200,
        response: EmbeddingSetUp,
        problems: [],
        example: { body: { origins: EMBEDDING.origins }, response: { ...EMBEDDING, version: 8 } },
        run: (who, { version, body }) => setUp.embedding.change(who, version, body),
      }),
      versionedSessionRoute({
        method: 'post',
        path: '/set-up/embedding/secret',
        right,
        summary:
          'Make another embedding secret, for people with every right; tokens of the one of before count for a while',
        body: NewEmbedSecret,
        status: 200,
        response: EmbeddingMade,
        problems: [],
        example: {
          body: { keepPreviousMs: 86_400_000 },
          response: {
            ...EMBEDDING,
            previousSecretUntil: 1_764_636_400_000,
            version: 8,
            secret: 'Zm9yLXlvdXItZXllcy1vbmx5LWFzLWFuLWV4YW1wbGU',
          },
        },
        run: (who, { version, body }) => setUp.embedding.renewSecret(who, version, body),
      }),
      versionedSessionRoute({
        method: 'delete',
        path: '/set-up/embedding/previous-secret',
        right,
        summary: 'Let tokens of the embedding secret of before count no more, for people with every right',
        status: 204,
        problems: [],
        run: (who, { version }) => setUp.embedding.endPreviousSecret(who, version),
      }),
    ],
  };
}

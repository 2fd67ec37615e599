import { html, nothing } from 'lit';
import { EmbeddingMade, EmbeddingSetUp } from '../../../server/contract/embedding.ts';
import './previous-secret.ts';
import './script-tag.ts';
import type { Sheet, Values } from './kind.ts';

const PATH = '/set-up/embedding';

/** There is one of it, without a list. */
export const embedding: Sheet<EmbeddingSetUp, EmbeddingSetUp> = {
  section: 'embedding',
  idOf: () => 'embedding',
  form: {
    nameOf: (_row, text) => text.t('admin.embedding'),
    versionOf: ({ version }) => version,
    read: () => ({ method: 'GET', path: PATH, schema: EmbeddingSetUp }),
    parts: (row) => [
      {
        title: 'admin.embedding.pages',
        fields: [
          {
            key: 'origins',
            label: 'admin.embedding.origins',
            hint: row?.fixed === true ? 'admin.embedding.fixed' : 'admin.embedding.origins.hint',
            kind: 'lines',
            max: 30_000,
            fixed: row?.fixed === true,
          },
        ],
      },
    ],
    valuesOf: (row) => ({ origins: row?.origins ?? [] }),
    create: (values) => ({ method: 'PATCH', path: PATH, body: values, schema: EmbeddingSetUp }),
    change: (_row, changed: Values, _values, version) => ({
      method: 'PATCH',
      path: PATH,
      body: changed,
      schema: EmbeddingSetUp,
      version,
    }),
    told: (saved) =>
      'secret' in saved
        ? { label: 'admin.embedding.secret', hint: 'admin.embedding.secret.hint', text: String(saved.secret) }
        : null,
    renew: {
      title: 'admin.embedding.secret',
      label: 'admin.embedding.renew',
      sentence: 'admin.embedding.renew.sentence',
      request: (_row, version) => ({
        method: 'POST',
        path: `${PATH}/secret`,
        body: {},
        schema: EmbeddingMade,
        version,
      }),
    },
    below: {
      title: 'admin.embedding.tag',
      render: () => html`<telebar-script-tag></telebar-script-tag>`,
    },
    beside: ({ previousSecretUntil, version }) =>
      previousSecretUntil === null
        ? nothing
        : html`<telebar-previous-secret
            .path=${PATH}
            .version=${version}
            .until=${previousSecretUntil}
          ></telebar-previous-secret>`,
    remove: null,
  },
};

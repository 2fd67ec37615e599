import type { AnswerRow, AnswerStore } from '../../server/features/answers/answers-store.ts';

/** First answers in memory, held to what the databases do. */
export function memoryAnswers(tables: { answers: AnswerRow[] }): AnswerStore {
  return {
    begin: async (row) => {
      const known = tables.answers.find(({ id }) => id === row.id);
      if (known === undefined) tables.answers.push(row);
      return known ?? null;
    },
    replace: async (old, row) => {
      const index = tables.answers.findIndex(({ id, claim }) => id === old.id && claim === old.claim);
      if (index >= 0) tables.answers[index] = row;
      return index >= 0;
    },
    answer: async (id, claim, answer, answeredAt) => {
      const row = tables.answers.find((each) => each.id === id && each.claim === claim);
      if (row !== undefined) Object.assign(row, { answer: answer ?? null, answeredAt });
      return row !== undefined;
    },
    abandon: async (id, claim) => {
      tables.answers = tables.answers.filter(
        (row) => row.id !== id || row.claim !== claim || row.answeredAt !== null,
      );
    },
    deleteOld: async (before, most) => {
      const old = tables.answers.filter(({ startedAt }) => startedAt < before).slice(0, most);
      tables.answers = tables.answers.filter((row) => !old.includes(row));
      return old.length;
    },
  };
}

import { describe, expect, it } from 'vitest';
import { resultSentence } from './import-words.ts';

describe('what an import says when it is done', () => {
  it.each([
    [{ added: 1980, changed: 12, skipped: 18 }, '1,980 channels added, 12 updated, 18 skipped.'],
    [{ added: 1, changed: 0, skipped: 0 }, '1 channel added.'],
    [{ added: 0, changed: 3, skipped: 0 }, '0 channels added, 3 updated.'],
  ])('%j', (counts, text) => expect(resultSentence(counts)).toBe(text));
});
